//! Finds the line of a field in the text of a JSON file, for errors that are found after reading it.

/// The line (from 1) of the value at a path such as `users[3].tenant`. Where the field is left out, the line of what it
/// belongs to.
pub(super) fn line_of(text: &str, path: &str) -> Option<usize> {
    let steps = steps(path);
    let mut walk = Walk { bytes: text.as_bytes(), at: 0, best: None };
    walk.value(Some(&steps));
    walk.best.map(|at| 1 + text[..at].matches('\n').count())
}

/// A member's name, or an index as text.
fn steps(path: &str) -> Vec<String> {
    path.split(['.', '['])
        .map(|step| step.trim_end_matches(']').to_owned())
        .filter(|s| !s.is_empty())
        .collect()
}

/// A walk through JSON that is known to be valid.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the deepest value on the path begins.
    best: Option<usize>,
}

impl Walk<'_> {
    /// Reads a value; `rest` is what is left of the path, none off it.
    fn value(&mut self, rest: Option<&[String]>) {
        self.blank();
        if rest.is_some() {
            self.best = Some(self.at);
        }
        match self.bytes.get(self.at) {
            Some(b'{') => self.items(b'}', rest),
            Some(b'[') => self.items(b']', rest),
            Some(b'"') => drop(self.string()),
            _ => {
                while self.bytes.get(self.at).is_some_and(|byte| !b",]} \t\r\n".contains(byte)) {
                    self.at += 1;
                }
            }
        }
    }

    fn items(&mut self, end: u8, rest: Option<&[String]>) {
        self.at += 1;
        let mut index = 0_usize;
        loop {
            self.blank();
            match self.bytes.get(self.at) {
                None => return,
                Some(byte) if *byte == end => {
                    self.at += 1;
                    return;
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let name = if end == b'}' { self.string() } else { index.to_string() };
            self.blank();
            if self.bytes.get(self.at) == Some(&b':') && end == b'}' {
                self.at += 1;
            }
            let on_path = rest.and_then(|rest| rest.split_first()).filter(|(first, _)| **first == name);
            self.value(on_path.map(|(_, rest)| rest));
            index += 1;
        }
    }

    /// A string without its quotes, escapes as they are.
    fn string(&mut self) -> String {
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let end = self.at.min(self.bytes.len());
        self.at = end + 1;
        String::from_utf8_lossy(self.bytes.get(start..end).unwrap_or_default()).into_owned()
    }

    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn the_line_of_the_field_or_of_its_owner_is_found() {
        let text = "{\n\"a\": [1,\n {\"b\": \"}\\\"]\",\n  \"c\": [true,\n\n  null]}],\n\"d\": 2}";
        for (path, line) in
            [("a", 2), ("a[0]", 2), ("a[1].b", 3), ("a[1].c[1]", 6), ("d", 7), ("a[1].x", 3), ("", 1)]
        {
            assert_eq!(line_of(text, path), Some(line), "{path}");
        }
    }
}
