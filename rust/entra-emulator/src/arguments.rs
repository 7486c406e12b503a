//! The command line.

use entra_emulator::{Https, Options, TlsFault};

pub(crate) const USAGE: &str = "\
A local Microsoft Entra ID for demos and tests, on loopback only.

Usage: entra-emulator [options]
  --port N               listen on this port (default 0: a free one)
  --https                serve HTTPS too, with a certificate by a CA of its own
  --https-port N         the same, on this port (default 0: a free one)
  --tls-name NAME        another name for the certificate, besides localhost, 127.0.0.1 and ::1; may be repeated
  --tls-fault FAULT      make HTTPS wrong: expired, wrong-name, unknown-ca, tls11 or stall
  --test-keys            sign with the committed public test key
  --state DIR            keep the signing key, and the CA of HTTPS, in this folder
  --exit-on-stdin-close  end when standard input is closed, as it is when the parent ends
  --interval SECONDS     between polls, asked of device code clients (default 5)
  --expires-in SECONDS   lifetime of device codes (default 900)
  --help                 show this
";

#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) options: Options,
    pub(crate) exit_on_stdin_close: bool,
}

/// Reads the command line; none when help is asked for.
pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut arguments = Arguments::default();
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
            "--exit-on-stdin-close" => arguments.exit_on_stdin_close = true,
            "--interval" => arguments.options.interval = number::<u32>(&word, &value()?)?.into(),
            "--expires-in" => arguments.options.expires_in = number::<u32>(&word, &value()?)?.into(),
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("unknown option '{word}'")),
        }
    }
    Ok(Some(arguments))
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
