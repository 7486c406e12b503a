//! The command line.

use std::path::PathBuf;

use entra_emulator::{Https, Options, TlsFault};

pub(crate) const USAGE: &str = "\
A local Microsoft Entra ID for demos and tests, on loopback only.

Usage: entra-emulator [options]
       entra-emulator init [FILE]   write a configuration to begin with (default: entra-emulator.json)
       entra-emulator schema        print the JSON schema of configurations

Options:
  --config FILE          load tenants, users, apps and APIs from this JSON file
  --port N               listen on this port (default 0: a free one)
  --https                serve HTTPS too, with a certificate from a CA of its own
  --https-port N         the same, on this port (default 0: a free one)
  --tls-name NAME        a further name for the certificate, besides localhost, 127.0.0.1 and ::1; may be repeated
  --tls-fault FAULT      break HTTPS on purpose: expired, wrong-name, unknown-ca, tls11 or stall
  --test-keys            sign with the committed public test key
  --state DIR            keep the signing key, and the CA of HTTPS, in this folder
  --exit-on-stdin-close  end when standard input is closed, as it is when the parent ends
  --parent-pid PID       end when this process ends
  --interval SECONDS     between polls, asked of device code clients (default: the configuration's, 5)
  --expires-in SECONDS   lifetime of device codes (default: the configuration's, 900)
  --help                 show this
";

/// Where `init` writes.
const DEFAULT_FILE: &str = "entra-emulator.json";

#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) options: Options,
    pub(crate) exit_on_stdin_close: bool,
    pub(crate) parent_pid: Option<u32>,
}

/// What the command line asks for.
pub(crate) enum Command {
    Help,
    /// Write a configuration to this file.
    Init(PathBuf),
    /// Print the JSON schema of configurations.
    Schema,
    Run(Box<Arguments>),
}

/// Reads the command line.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut words = words.peekable();
    match words.peek().map(String::as_str) {
        Some("init") => {
            let file = words.nth(1).unwrap_or_else(|| DEFAULT_FILE.to_owned());
            nothing_more(words)?;
            return Ok(Command::Init(file.into()));
        }
        Some("schema") => {
            nothing_more(words.skip(1))?;
            return Ok(Command::Schema);
        }
        _ => {}
    }
    let mut arguments = Box::<Arguments>::default();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--port" => arguments.options.port = number(&word, &value()?)?,
            "--https" => {
                https(&mut arguments);
            }
            "--https-port" => https(&mut arguments).port = number(&word, &value()?)?,
            "--tls-name" => https(&mut arguments).names.push(value()?),
            "--tls-fault" => https(&mut arguments).fault = Some(fault(&value()?)?),
            "--test-keys" => arguments.options.test_keys = true,
            "--state" => arguments.options.state = Some(value()?.into()),
            "--config" => arguments.options.configuration = Some(read_file(&value()?)?),
            "--parent-pid" => arguments.parent_pid = Some(number(&word, &value()?)?),
            "--exit-on-stdin-close" => arguments.exit_on_stdin_close = true,
            "--interval" => arguments.options.interval = Some(number::<u32>(&word, &value()?)?.into()),
            "--expires-in" => arguments.options.expires_in = Some(number::<u32>(&word, &value()?)?.into()),
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(format!("unknown option '{word}'")),
        }
    }
    Ok(Command::Run(arguments))
}

fn nothing_more(mut words: impl Iterator<Item = String>) -> Result<(), String> {
    match words.next() {
        Some(word) => Err(format!("unexpected argument '{word}'")),
        None => Ok(()),
    }
}

fn read_file(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("--config: '{path}' can't be read: {error}"))
}

fn number<T: std::str::FromStr>(option: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{option} takes a whole number in its range, not '{value}'"))
}

/// Every option about HTTPS asks for it.
fn https(arguments: &mut Arguments) -> &mut Https {
    arguments.options.https.get_or_insert_default()
}

fn fault(value: &str) -> Result<TlsFault, String> {
    value.parse().map_err(|()| {
        let names = TlsFault::NAMES.map(|(name, _)| name).join(", ");
        format!("--tls-fault takes one of {names}, not '{value}'")
    })
}
