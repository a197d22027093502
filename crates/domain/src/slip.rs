//! The code on the resident's paper slip: a word that is easy to say and three digits ("MUSTIKKA 482").

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Problem;

/// Words that everybody knows and nobody mishears on the phone: berries, trees, birds, weather, things of a home.
/// They are names for an order rather than text, the same in every language, so that a slip reads alike at the lounge.
const WORDS: [&str; 64] = [
    "MUSTIKKA", "PUOLUKKA", "VADELMA", "MANSIKKA", "KARPALO", "LAKKA", "PIHLAJA", "KOIVU", "KUUSI", "HAAPA", "LEPPÄ",
    "KATAJA", "TUOMI", "PAJU", "VAAHTERA", "TAMMI", "POHJOLA", "TIAINEN", "VARPUNEN", "PEIPPO", "JOUTSEN", "KURKI",
    "HARAKKA", "TIKKA", "SORSA", "LOKKI", "PULU", "HUUHKAJA", "ORAVA", "KETTU", "HIRVI", "PORO", "SIILI", "MAJAVA",
    "KARHU", "ILVES", "LUMI", "PAKKANEN", "TUULI", "SADE", "AURINKO", "KUUTAMO", "TAIVAS", "MERI", "JOKI", "LAMPI",
    "SAARI", "NIITTY", "POLKU", "SILTA", "LATO", "SAUNA", "TAKKA", "LYHTY", "KELLO", "KORI", "KENKÄ", "LAPANEN",
    "VILLA", "LUSIKKA", "KATTILA", "LEIPÄ", "HUNAJA", "KANELI",
];

/// A word of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodeWord(&'static str);

/// Word and number together, by which a slip is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SlipCode {
    word: CodeWord,
    number: u16,
}

impl CodeWord {
    /// The word, in capitals.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl SlipCode {
    /// A code from a random number.
    pub fn from_random(random: u32) -> Self {
        let word = WORDS.get(random as usize % WORDS.len()).copied().unwrap_or("MUSTIKKA");
        let number = (random / 64) % 900 + 100;
        Self { word: CodeWord(word), number: u16::try_from(number).unwrap_or(100) }
    }

    /// Reads a word and a number in any letter case; dots over letters don't matter ("KENKÄ", "KENKA").
    ///
    /// # Errors
    /// [`Problem::Missing`] when either is empty, [`Problem::NotFound`] when no slip has such a code.
    pub fn parse(word: &str, number: &str) -> Result<Self, Problem> {
        let (word, number) = (word.trim(), number.trim());
        if word.is_empty() || number.is_empty() {
            return Err(Problem::Missing);
        }
        let typed = plain(word);
        let known = WORDS.iter().copied().find(|known| plain(known) == typed).ok_or(Problem::NotFound)?;
        let number = number.parse().ok().filter(|n| (100..1000).contains(n)).ok_or(Problem::NotFound)?;
        Ok(Self { word: CodeWord(known), number })
    }

    /// The word.
    pub fn word(self) -> CodeWord {
        self.word
    }

    /// The number, 100–999.
    pub fn number(self) -> u16 {
        self.number
    }
}

impl fmt::Display for SlipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.word.0, self.number)
    }
}

impl Serialize for SlipCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SlipCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (word, number) = text.split_once(' ').ok_or_else(|| serde::de::Error::custom("not a slip code"))?;
        Self::parse(word, number).map_err(serde::de::Error::custom)
    }
}

/// In capitals and without dots.
fn plain(word: &str) -> String {
    word.to_uppercase().chars().map(|letter| if letter == 'Ä' { 'A' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for random in (0..u32::MAX).step_by(9_999_991) {
            let code = SlipCode::from_random(random);
            let number = code.number().to_string();
            assert_eq!(SlipCode::parse(&code.word().as_str().to_lowercase(), &number), Ok(code));
        }
    }

    #[test]
    fn an_unknown_word_or_number_is_simply_not_found() {
        assert_eq!(SlipCode::parse("kenkä", "482").map(|c| c.to_string()), Ok("KENKÄ 482".to_owned()));
        assert_eq!(SlipCode::parse("AUTO", "482"), Err(Problem::NotFound));
        assert_eq!(SlipCode::parse("MUSTIKKA", "48x"), Err(Problem::NotFound));
        assert_eq!(SlipCode::parse("", "482"), Err(Problem::Missing));
    }
}
