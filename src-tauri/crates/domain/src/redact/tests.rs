use super::*;
use proptest::prelude::*;

fn name(name: &str) -> KeyName {
    KeyName::new(name).unwrap()
}

fn knowing(secrets: &[(&str, &str)]) -> Redactor {
    let secrets: Vec<_> =
        secrets.iter().map(|(key, secret)| (name(key), Secret::new(*secret).unwrap())).collect();
    Redactor::new(secrets.iter().map(|(name, secret)| (name, secret)))
}

const KEY: &str = "sk-ant-api03-Zq8+x/Y_9-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789AA";

fn base64(bytes: &[u8], width: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|b| (0..8).rev().map(move |i| b >> i & 1)).collect();
    let encoded: String = bits
        .chunks(6)
        .map(|six| {
            let value = six.iter().fold(0, |value, bit| value << 1 | bit) << (6 - six.len());
            char::from(ALPHABET[usize::from(value)])
        })
        .collect();
    let lines: Vec<_> = encoded.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
    lines.join("\n") + "\n"
}

#[test]
fn a_secret_is_named_and_gone() {
    let redactor = knowing(&[("anthropic", KEY), ("db", "correct horse")]);
    assert_eq!(redactor.text("nothing here"), "nothing here");
    assert!(matches!(redactor.text("nothing here"), Cow::Borrowed(_)));
    assert_eq!(
        redactor.text(&format!("https://me:correct%20horse@x/?k={KEY}&n=1")),
        "https://me:[redacted:db]@x/?k=[redacted:anthropic]&n=1"
    );
    assert_eq!(redactor.first_in("a correct horse").unwrap().as_str(), "db");
    assert_eq!(redactor.first_in("a correct house"), None);
    assert!(!format!("{redactor:?}").contains("horse"));
}

#[test]
fn json_loses_secrets_in_values_and_in_names() {
    let redactor = knowing(&[("db", "correct horse")]);
    let mut value = serde_json::json!({
        "a": ["correct horse", 1, null], "correct horse": {"b": "x correct horse"}, "c": "fine"
    });
    assert!(redactor.json(&mut value));
    assert_eq!(
        value,
        serde_json::json!({
            "a": ["[redacted:db]", 1, null], "[redacted:db]": {"b": "x [redacted:db]"}, "c": "fine"
        })
    );
    assert!(!redactor.json(&mut value), "nothing is left to be done");
    assert!(!Redactor::default().json(&mut value));
}

#[test]
fn of_two_that_overlap_nothing_is_left() {
    let redactor =
        knowing(&[("short", "ABCDEFGH"), ("long", "ABCDEFGHIJKL"), ("late", "GHIJKLMNOP")]);
    assert_eq!(redactor.text("ABCDEFGHIJKLx"), "[redacted:long]x");
    assert_eq!(redactor.text("ABCDEFGHIJx"), "[redacted:short]IJx");
    let mut stream = Stream::default();
    let mut out = stream.push(&redactor, b"ABCDEFGH").into_owned();
    assert_eq!(out, b"", "it may become the longer one");
    out.extend_from_slice(&stream.push(&redactor, b"IJKL!"));
    assert_eq!(out, b"[redacted:long]!");
}

#[test]
fn what_ends_a_line_is_not_held_back_without_a_reason() {
    let redactor = knowing(&[("anthropic", KEY)]);
    let mut stream = Stream::default();
    for line in ["ready\n", "s\n", "Compiling x\n", "ZXhhbXBsZQ\n"] {
        assert_eq!(&*stream.push(&redactor, line.as_bytes()), line.as_bytes());
    }
    // The beginning of a secret is, until it is known to be none.
    assert_eq!(&*stream.push(&redactor, b"say sk-ant"), b"say ");
    assert_eq!(&*stream.push(&redactor, b"ler\n"), b"sk-antler\n");
}

#[test]
fn what_is_held_back_is_bounded() {
    let redactor = knowing(&[("anthropic", KEY)]);
    let mut stream = Stream::default();
    let line = base64(&[7; 57], 76);
    for _ in 0..1_000 {
        let _ = stream.push(&redactor, line.as_bytes());
        assert!(stream.held() < 512, "{}", stream.held());
    }
}

#[test]
fn base64_that_is_broken_into_lines_is_found() {
    let redactor = knowing(&[("anthropic", KEY)]);
    for before in 0..80 {
        let blob = format!("{}{KEY}{}", "x".repeat(before), "y".repeat(60));
        for width in [64, 76] {
            let encoded = base64(blob.as_bytes(), width);
            let clean = redactor.text(&encoded).into_owned();
            assert!(clean.contains("[redacted:anthropic]"), "{before} {width}: {clean}");
            let (mut stream, mut out) = (Stream::default(), Vec::new());
            for line in encoded.split_inclusive('\n') {
                out.extend_from_slice(&stream.push(&redactor, line.as_bytes()));
            }
            out.extend(stream.end(&redactor));
            assert_eq!(String::from_utf8(out).unwrap(), clean, "{before} {width}");
        }
    }
}

/// What is at rest must be the same however the bytes were cut.
fn streamed(redactor: &Redactor, bytes: &[u8], cuts: &[usize]) -> Vec<u8> {
    let (mut stream, mut out, mut at) = (Stream::default(), Vec::new(), 0);
    for cut in cuts {
        let next = (at + cut).min(bytes.len());
        out.extend_from_slice(&stream.push(redactor, &bytes[at..next]));
        at = next;
    }
    out.extend_from_slice(&stream.push(redactor, &bytes[at..]));
    out.extend(stream.end(redactor));
    assert_eq!(stream.held(), 0);
    out
}

proptest! {
    #[test]
    fn no_cut_lets_a_secret_through(
        cuts in prop::collection::vec(0usize..40, 0..40),
        around in prop::collection::vec("[a-z \n]{0,30}", 4),
        form in 0usize..6,
    ) {
        let redactor = knowing(&[("anthropic", KEY), ("db", "pä\"ss/word 1")]);
        let secret = match form {
            0 => KEY.to_owned(),
            1 => base64(format!("{}{KEY}", around[0]).as_bytes(), 76),
            2 => "p%C3%A4%22ss%2Fword%201".to_owned(),
            3 => serde_json::to_string("pä\"ss/word 1").unwrap(),
            4 => format!("{KEY}{KEY}"),
            _ => "pä\"ss/word 1".to_owned(),
        };
        let text = format!("{}\n{secret}{}", around[1], around[2]);
        let clean = streamed(&redactor, text.as_bytes(), &cuts);
        let clean = String::from_utf8(clean).unwrap();
        prop_assert!(clean.contains("[redacted:"), "{clean}");
        prop_assert_eq!(&clean, &*redactor.text(&text));
        for form in encoded::base64(KEY).into_iter().chain(encoded::others(KEY)) {
            prop_assert!(!clean.contains(std::str::from_utf8(&form).unwrap()), "{clean}");
        }
    }

    #[test]
    fn what_has_no_secret_passes_as_it_is(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        cuts in prop::collection::vec(0usize..90, 0..20),
    ) {
        let redactor = knowing(&[("anthropic", KEY)]);
        prop_assert_eq!(streamed(&redactor, &bytes, &cuts), bytes);
    }
}
