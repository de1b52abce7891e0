//! Keys in a real keychain, as the command line uses them. P15 of docs/promises.md.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::harness::dice::{Dice, cases};
use crate::harness::home::Home;
use crate::harness::keychain::{Keychain, Opened};
use crate::harness::program::{Finished, aegis, aegis_within, path, sh};
use crate::harness::serve::{STOP, Serve};
use crate::harness::tasks::{self, RUN};

const KEY: &str = "sk-ant-api03-0123456789abcdefghij-ABCDEFGHIJ";

/// Gives a key on standard input, as a pipe does.
fn set(home: &Home, name: &str, value: &str) -> Finished {
    let program = path("aegis");
    let words = [program.as_os_str(), OsStr::new(name), OsStr::new(value)];
    sh(home, "printf '%s\\n' \"$2\" | \"$0\" key set \"$1\"", &words)
}

fn failure(home: &Home, number: u64) -> (String, String) {
    tasks::wait_for_state(home, number, "failed").failure()
}

#[test]
fn a_key_is_kept_given_to_the_program_and_kept_out_of_its_log() {
    let mut home = Home::new();
    let _keychain = Keychain::start(&mut home);
    let serve = Serve::start(&home);
    set(&home, "github", KEY).exits(0);
    let listed = aegis(&home, &["key", "list"]).exits(0).text();
    assert!(listed.contains("github") && !listed.contains(KEY), "{listed}");

    let script = "test ${#GH_TOKEN} -eq 44 && echo \"<$GH_TOKEN>\" && env | grep GH_TOKEN";
    let number = tasks::create(&home, &["--secret", "GH_TOKEN=github", "--script", script]);
    tasks::wait_for_state(&home, number, "completed");
    let log = tasks::log(&home, number);
    assert!(log.contains("<[redacted:github]>\nGH_TOKEN=[redacted:github]"), "{log}");
    let shown = aegis(&home, &["task", "show", &number.to_string()]).exits(0).text();
    assert!(shown.contains("GH_TOKEN: github") && shown.contains("sh\n"), "{shown}");
    let listed = aegis(&home, &["key", "list", "--json"]).exits(0).json();
    assert_eq!(
        listed["keys"],
        json!([{"name": "github", "kept": true, "tasks": [number]}]),
        "{listed}"
    );

    // What looks like a key moves into the keychain before anything is written.
    let words = ["--env", "OPENAI_API_KEY=something-secret-1", "--env", "PLAIN=x"];
    let words = [&words[..], &["--", "sh", "-c", "echo $OPENAI_API_KEY $PLAIN"]].concat();
    let moved = tasks::create(&home, &words);
    tasks::wait_for_state(&home, moved, "completed");
    let log = tasks::log(&home, moved);
    assert!(log.contains("[redacted:openai-api-key] x"), "{log}");
    let listed = aegis(&home, &["key", "list"]).exits(0).text();
    assert!(listed.contains("openai-api-key"), "{listed}");

    // A key in what is run is refused, because it would be stored with it.
    let words = ["task", "create", "--", "curl", "-H", &format!("authorization: {KEY}")];
    aegis(&home, &words).refuses(4, &["github", "--secret"]);

    // Removed while it is used: what runs goes on, what starts then fails with a reason.
    let words = ["--retries", "0", "--manual", "--secret", "T=github", "--", "sh", "-c", "echo $T"];
    let again = tasks::create(&home, &words);
    aegis(&home, &["key", "remove", "github"]).exits(0);
    aegis(&home, &["task", "run", &again.to_string()]).exits(0);
    let (category, message) = failure(&home, again);
    assert_eq!(category, "auth");
    assert!(message.contains("no key “github”"), "{message}");
    let listed = aegis(&home, &["key", "list"]).exits(0).text();
    assert!(listed.contains("missing"), "{listed}");
    aegis(&home, &["key", "remove", "github"]).refuses(3, &["no key", "aegis key set github"]);
    drop(serve);
}

#[test]
fn without_a_keychain_everything_says_so_and_goes_on() {
    let home = Home::new();
    set(&home, "github", KEY).refuses(5, &["no keychain", "gnome-keyring", "kwallet"]);
    aegis(&home, &["key", "list"]).refuses(5, &["no keychain"]);
    aegis(&home, &["key", "test", "github"]).refuses(5, &["no keychain"]);
    let words = ["task", "create", "--env", "GH_TOKEN=0123456789abcdef", "--", "true"];
    aegis(&home, &words).refuses(4, &["GH_TOKEN", "keychain"]);
    let doctor = aegis(&home, &["doctor", "--json"]).json();
    let keychain = doctor["checks"].as_array().unwrap().iter().find(|c| c["name"] == "keychain");
    assert_eq!(keychain.unwrap()["verdict"], "warning", "{doctor}");

    let serve = Serve::start(&home);
    let words = ["--retries", "0", "--secret", "GH_TOKEN=github", "--", "true"];
    let number = tasks::create(&home, &words);
    let (category, message) = failure(&home, number);
    assert_eq!(category, "auth");
    assert!(message.contains("no keychain"), "{message}");
    let number = tasks::create(&home, &["--", "true"]);
    tasks::wait_for_state(&home, number, "completed");
    drop(serve);
}

#[test]
fn a_locked_keychain_is_told_at_once_and_serves_again_once_it_is_open() {
    let mut home = Home::new();
    let mut keychain = Keychain::start(&mut home);
    let serve = Serve::start(&home);
    set(&home, "github", KEY).exits(0);
    let doctor = || {
        let checks = aegis(&home, &["doctor", "--json"]).json()["checks"].clone();
        let checks = checks.as_array().unwrap().clone();
        checks.into_iter().find(|c| c["name"] == "keychain").unwrap()
    };
    assert_eq!(doctor()["verdict"], "ok");

    keychain.open(&home, Opened::WithAWrongPassword);
    let begun = Instant::now();
    aegis(&home, &["key", "test", "github"]).refuses(5, &["locked", "unlock"]);
    set(&home, "other", "something-secret").refuses(5, &["locked"]);
    let number = tasks::create(&home, &["--retries", "0", "--secret", "T=github", "--", "true"]);
    assert_eq!(failure(&home, number).0, "auth");
    assert!(doctor()["message"].as_str().unwrap().contains("locked"));
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());

    // The daemon was started anew, twice, under the engine's feet.
    keychain.open(&home, Opened::Unlocked);
    aegis(&home, &["key", "test", "github"]).exits(0);
    let words = ["--secret", "T=github", "--", "sh", "-c", "test -n \"$T\""];
    let number = tasks::create(&home, &words);
    tasks::wait_for_state(&home, number, "completed");
    drop(serve);
}

#[test]
fn a_key_of_a_service_is_tested_there() {
    let mut home = Home::new();
    let _keychain = Keychain::start(&mut home);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    // A service that knows one key.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut asked, mut chunk) = (Vec::new(), [0; 1024]);
            while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
                let read = stream.read(&mut chunk).unwrap();
                asked.extend_from_slice(&chunk[..read]);
            }
            let known = String::from_utf8_lossy(&asked).contains(&format!("x-api-key: {KEY}\r\n"));
            let (status, body) = if known {
                ("200 OK", r#"{"data":[]}"#)
            } else {
                ("401 Unauthorized", r#"{"error":{"type":"authentication_error"}}"#)
            };
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n");
            let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes());
        }
    });
    aegis(&home, &["settings", "set", "anthropic-base-url", "http://a.example"])
        .refuses(4, &["https"]);
    aegis(&home, &["settings", "set", "anthropic-base-url", &base]).exits(0);
    aegis(&home, &["key", "test", "anthropic"]).refuses(3, &["no key"]);
    set(&home, "anthropic", KEY).exits(0);
    let told = aegis(&home, &["key", "test", "anthropic"]).exits(0).text();
    assert!(told.contains("takes the key"), "{told}");
    set(&home, "anthropic", "sk-ant-a-wrong-one").exits(0);
    let told = aegis(&home, &["key", "test", "anthropic", "--json"]).exits(1).json();
    assert_eq!(told["category"], "auth", "{told}");
    assert!(told["hint"].is_string());
    set(&home, "Anthropic", KEY).refuses(4, &["lower-case"]);
    set(&home, "anthropic", "short").refuses(4, &["cannot be a key"]);
}

/// Bytes of which a beginning tells a form of a secret from all others.
const SIGN: usize = 12;
/// Secrets that one run plants.
const BATCH: usize = 20;

/// What is planted, and every form in which it would be found.
struct Planted {
    plain: String,
    forms: Vec<String>,
}

impl Planted {
    fn new(dice: &mut Dice) -> Self {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789+/=&\"_-";
        let mut letter = || {
            let at = usize::try_from(dice.below(LETTERS.len() as u64)).unwrap();
            char::from(LETTERS[at])
        };
        let plain: String = (0..40).map(|_| letter()).collect();
        let mut forms = vec![plain.clone(), percent(&plain), json!(plain).to_string()];
        for before in ["", "x", "xy"] {
            forms.push(base64(&format!("{before}{plain}")));
        }
        Self { plain, forms }
    }

    /// The beginnings by which it is found: what a neighbour could change is left out.
    fn signs(&self) -> Vec<Vec<u8>> {
        let inner = |form: &String| form.as_bytes()[4..4 + SIGN].to_vec();
        self.forms.iter().map(inner).collect()
    }
}

fn percent(text: &str) -> String {
    let byte = |b: u8| match b {
        b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn base64(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text.bytes().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let bits: Vec<u8> = bits.collect();
    let letter = |six: &[u8]| {
        let value = six.iter().fold(0, |value, bit| value << 1 | bit) << (6 - six.len());
        char::from(ALPHABET[usize::from(value)])
    };
    bits.chunks(6).map(letter).collect()
}

/// Says each secret of the file in one of many ways; `$0` is `aegis`.
const PLANT: &str = r#"
tab=$(printf '\t'); n=0; results=
while IFS="$tab" read -r plain percent json; do
  n=$((n + 1))
  case $((n % 10)) in
    0) echo "plain $plain end" ;;
    1) printf '%s' "$plain" | base64 -w0; echo; printf 'x%s' "$plain" | base64 -w0; echo ;;
    2) echo "GET https://user:$percent@example.org/?key=$percent" >&2 ;;
    3) printf 'split %s' "$(printf %s "$plain" | head -c 17)"; sleep 0.03
       printf %s "$(printf %s "$plain" | tail -c +18 | head -c 9)"; sleep 0.03
       printf '%s\n' "$(printf %s "$plain" | tail -c +27)" ;;
    4) KEY="$plain" env | grep ^KEY= ;;
    5) "$0" report progress $((n * 4)) "at $plain" ;;
    6) "$0" report checkpoint "half of $plain" ;;
    7) "$0" task create --manual --title "Title $plain" --description "xy$plain" -- true ;;
    8) { head -c 41 /dev/zero | tr '\0' a; printf '%s' "$plain"; } | base64 ;;
    9) results="$results$json," ;;
  esac
done < "$1"
printf '[%s null]' "$results" > "$AEGIS_RESULT"
exit 3
"#;

/// Which of them are found below the folders, by their numbers.
fn found(planted: &[Planted], folders: &[&Path]) -> HashSet<usize> {
    let signs: std::collections::HashMap<Vec<u8>, usize> = planted
        .iter()
        .enumerate()
        .flat_map(|(n, one)| one.signs().into_iter().map(move |sign| (sign, n)))
        .collect();
    let mut found = HashSet::new();
    let mut left: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        found.extend(bytes.windows(SIGN).filter_map(|window| signs.get(window)));
    }
    found
}

/// Plants secrets that Aegis knows, or does not; those that are at rest afterwards.
fn plant(count: usize, known: bool, seed: u64) -> HashSet<usize> {
    let mut home = Home::new();
    home.set("AEGIS_LOG", "debug");
    let _keychain = Keychain::start(&mut home);
    let serve = Serve::start(&home);
    let mut dice = Dice::new(seed);
    let planted: Vec<_> = (0..count).map(|_| Planted::new(&mut dice)).collect();
    let program = path("aegis");
    let mut runs = Vec::new();
    for (n, batch) in planted.chunks(BATCH).enumerate() {
        if known {
            let values: Vec<_> = batch.iter().map(|one| one.plain.as_str()).collect();
            let file = home.outside().join(format!("keys-{n}"));
            fs::write(&file, values.join("\n") + "\n").unwrap();
            let script = "i=0; while read -r key; do i=$((i + 1))
                printf %s \"$key\" | \"$0\" key set \"b$1-k$i\" >/dev/null; done < \"$2\"";
            let number = n.to_string();
            let words = [program.as_os_str(), OsStr::new(&number), file.as_os_str()];
            sh(&home, script, &words).exits(0);
        }
        let line =
            |one: &Planted| format!("{}\t{}\t{}", one.plain, percent(&one.plain), json!(one.plain));
        let lines: Vec<_> = batch.iter().map(line).collect();
        let file = home.home().join(format!("planted-{n}"));
        fs::write(&file, lines.join("\n") + "\n").unwrap();
        let title = format!("Plants batch {n}");
        let words = ["--title", &title, "--retries", "0", "--", "sh", "-c", PLANT];
        let words = [&words[..], &[program.to_str().unwrap(), file.to_str().unwrap()]].concat();
        runs.push(tasks::create(&home, &words));
    }
    for number in runs {
        tasks::wait_until(&home, number, "an end", 3 * RUN, |task| task.state() == "failed");
    }
    let exported = home.outside().join("export.jsonl");
    let words = ["export", exported.to_str().unwrap()];
    aegis_within(&home, &words, 3 * RUN).exits(0);
    aegis_within(&home, &["backup", "create"], 3 * RUN).exits(0);
    aegis_within(&home, &["search", "Title"], 3 * RUN).exits(0);
    let before = found(&planted, &[home.data(), &exported]);
    serve.stop(Signal::TERM, STOP);
    let after = found(&planted, &[home.data(), &exported]);
    before.union(&after).copied().collect()
}

#[test]
fn no_key_that_aegis_knows_is_at_rest_anywhere() {
    let count = usize::try_from(cases(500, 40)).unwrap();
    let found = plant(count, true, 15);
    assert_eq!(found, HashSet::new(), "of {count}");
    // The control: what Aegis does not know is there, all of it.
    let control = plant(BATCH, false, 15);
    assert_eq!(control.len(), BATCH, "{control:?}");
    println!("promise P15 {count} {} found; {} of {BATCH} without the redactor", 0, control.len());
}
