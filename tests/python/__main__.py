"""Runs the modules that are named and prints, for `cargo xtask test`, what failed and how many of what."""

import sys
import unittest


def main(names):
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, warnings="ignore").run(suite)
    failed = {str(test.test_case if hasattr(test, "test_case") else test) for test, _ in result.failures + result.errors}
    for name in sorted(failed):
        print(f"python-failed {name}")
    skipped = len(result.skipped)
    print(f"python-counts {max(result.testsRun - len(failed) - skipped, 0)} {len(failed)} {skipped}")


main(sys.argv[1:])
