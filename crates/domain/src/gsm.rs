//! Text messages as networks carry and count them (3GPP TS 23.038): 160 characters of the phones' own alphabet, or 70 of
//! any other as soon as a single character isn't in it.
//!
//! Finnish and Swedish fit the alphabet. What typography adds to them (dashes, curly quotes, hard spaces) doesn't: one
//! "–" makes two or three messages of one, and a default gateway sends it as "?". So [`plain`] puts what the alphabet has
//! in its place, and leaves alone what it can't say (a name in another script).
//!
//! # Worked example
//! "klo 8–9" with its dash would be carried as any alphabet, 70 characters a part. As "klo 8-9" it takes 7 of 160. Of 161
//! characters two parts are made, each with 153: seven of 160 tell the phone how to put them together.

/// The alphabet itself.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§\
                     ¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Carried as two.
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// The text with everything that the alphabet can say in another way said so.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Marks that stand after their letter (NFD): the letter that the alphabet has, or the bare one.
            '\u{300}'..='\u{36f}' => {
                let marked = plain.pop().map(|letter| with_mark(letter, c));
                plain.extend(marked);
            }
            '–' | '—' | '‑' | '‐' | '−' | '•' => plain.push('-'),
            '‘' | '’' | '‚' | '′' | '´' | '`' => plain.push('\''),
            '“' | '”' | '„' | '«' | '»' | '″' => plain.push('"'),
            '…' => plain.push_str("..."),
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\t' => plain.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{feff}' | '\r' => {}
            other => plain.push(without_mark(other)),
        }
    }
    plain
}

/// Whether networks carry the text in the phones' own alphabet.
pub fn is_plain(text: &str) -> bool {
    text.chars().all(|c| BASIC.contains(c) || EXTENDED.contains(c))
}

/// How many parts the network makes of the text; an empty one is one.
pub fn parts(text: &str) -> u32 {
    let weight = |c: char| {
        if BASIC.contains(c) { Some(1) } else { EXTENDED.contains(c).then_some(2) }
    };
    let weights: Option<Vec<usize>> = text.chars().map(weight).collect();
    let parts = match weights {
        Some(weights) if weights.iter().sum::<usize>() <= 160 => 1,
        Some(weights) => packed(&weights, 153),
        None => {
            let weights: Vec<usize> = text.chars().map(char::len_utf16).collect();
            if weights.iter().sum::<usize>() <= 70 { 1 } else { packed(&weights, 67) }
        }
    };
    u32::try_from(parts).unwrap_or(u32::MAX)
}

/// How many parts of so much room hold characters of these weights in their order; none is cut in two.
fn packed(weights: &[usize], room: usize) -> usize {
    let (mut parts, mut used) = (1, 0);
    for weight in weights {
        if used + weight > room {
            parts += 1;
            used = 0;
        }
        used += weight;
    }
    parts
}

/// The letter with that mark, where the alphabet has it.
fn with_mark(letter: char, mark: char) -> char {
    match (letter, mark) {
        ('a', '\u{308}') => 'ä',
        ('A', '\u{308}') => 'Ä',
        ('o', '\u{308}') => 'ö',
        ('O', '\u{308}') => 'Ö',
        ('u', '\u{308}') => 'ü',
        ('U', '\u{308}') => 'Ü',
        ('a', '\u{30a}') => 'å',
        ('A', '\u{30a}') => 'Å',
        ('e', '\u{301}') => 'é',
        ('E', '\u{301}') => 'É',
        ('n', '\u{303}') => 'ñ',
        ('N', '\u{303}') => 'Ñ',
        (letter, _) => letter,
    }
}

/// The bare letter, where the alphabet doesn't have the marked one: "Šárka" is told as "Sarka" rather than in two parts.
fn without_mark(c: char) -> char {
    match c {
        'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' => 'a',
        'Á' | 'À' | 'Â' | 'Ã' => 'A',
        'ć' | 'č' | 'ç' => 'c',
        'Č' | 'Ć' => 'C',
        'ď' | 'đ' => 'd',
        'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'È' | 'Ê' | 'Ë' => 'E',
        'í' | 'î' | 'ï' | 'ī' => 'i',
        'ł' => 'l',
        'Ł' => 'L',
        'ń' | 'ň' => 'n',
        'ó' | 'ô' | 'õ' | 'ő' => 'o',
        'Ó' | 'Õ' | 'Ô' => 'O',
        'ř' => 'r',
        'š' | 'ś' | 'ş' => 's',
        'Š' | 'Ś' => 'S',
        'ť' | 'ţ' => 't',
        'ú' | 'û' | 'ū' | 'ů' => 'u',
        'Ú' | 'Û' | 'Ū' => 'U',
        'ý' | 'ÿ' => 'y',
        'ž' | 'ź' | 'ż' => 'z',
        'Ž' | 'Ź' | 'Ż' => 'Z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn typography_is_said_in_the_alphabet() {
        assert_eq!(plain("klo 8–9, ”Šárka” …"), "klo 8-9, \"Sarka\" ...");
        assert_eq!(plain("a\u{308}iti, A\u{30a}sa"), "äiti, Åsa");
        // What it can't say stays.
        assert_eq!(plain("Анна 😀"), "Анна 😀");
    }

    #[test]
    fn parts_are_counted_as_networks_do() {
        assert_eq!(parts(""), 1);
        assert_eq!(parts(&"ä".repeat(160)), 1);
        assert_eq!(parts(&"ä".repeat(161)), 2);
        assert_eq!(parts(&"a".repeat(306)), 2);
        assert_eq!(parts(&"a".repeat(307)), 3);
        // Two for each: 80 fit, and none is cut in two at the end of a part.
        assert_eq!(parts(&"€".repeat(80)), 1);
        assert_eq!(parts(&"€".repeat(153)), 3);
        assert_eq!(parts(&"Ж".repeat(70)), 1);
        assert_eq!(parts(&"Ж".repeat(71)), 2);
        assert_eq!(parts(&"😀".repeat(35)), 1);
        assert_eq!(parts(&"😀".repeat(36)), 2);
    }

    proptest! {
        #[test]
        fn a_plain_text_never_takes_more_parts(text in "[a-zåäöA-ZÅÄÖ0-9 –—’”…\u{a0}éšž.,]{0,400}") {
            let plain = plain(&text);
            prop_assert!(is_plain(&plain), "{plain}");
            prop_assert!(parts(&plain) <= parts(&text));
            prop_assert_eq!(super::plain(&plain), plain.clone());
        }
    }
}
