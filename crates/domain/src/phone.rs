//! Phone numbers by libphonenumber's rules, in every form that people write them.

use std::fmt;

use phonenumber::{Mode, country, metadata::DATABASE};
use serde::{Deserialize, Serialize};

use crate::Problem;

/// A number that can be called, in its international form (E.164).
///
/// `Debug` shows only the last two digits: numbers are personal data and logs are read by many.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

/// What a number can be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneKind {
    /// Text messages and calls.
    Mobile,
    /// Calls only.
    Landline,
}

impl PhoneNumber {
    /// Reads +358, 00358 or 0…, with spaces, hyphens and brackets; a number without a country is Finnish.
    ///
    /// # Errors
    /// [`Problem::Missing`] when empty, [`Problem::NotAPhone`] when no such number can exist.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let compact: String = text.trim().chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        if text.trim().is_empty() {
            return Err(Problem::Missing);
        }
        if compact.len() > 20 || text.chars().any(char::is_alphabetic) {
            return Err(Problem::NotAPhone);
        }
        let international = compact.strip_prefix("00").map_or_else(|| compact.clone(), |rest| format!("+{rest}"));
        let number = phonenumber::parse(Some(country::FI), &international).map_err(|_| Problem::NotAPhone)?;
        if !phonenumber::is_viable(&international) || number.national().value() < 10_000 {
            return Err(Problem::NotAPhone);
        }
        // Demo numbers (+358 40 000 0101) are possible but not assigned: viable is enough, valid is not asked for.
        Ok(Self(number.format().mode(Mode::E164).to_string()))
    }

    /// A number that was parsed before and comes back from storage.
    pub fn stored(e164: String) -> Self {
        Self(e164)
    }

    /// "+358400000101".
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// Whether it is a Finnish mobile number: the only ones to which somebody unknown can have a code sent.
    pub fn is_finnish_mobile(&self) -> bool {
        self.kind() == PhoneKind::Mobile && self.0.starts_with("+358")
    }

    /// Whether text messages reach it. Finnish mobile numbers begin with 4 or 50 after the country.
    pub fn kind(&self) -> PhoneKind {
        match self.0.strip_prefix("+358") {
            Some(national) if national.starts_with('4') || national.starts_with("50") => PhoneKind::Mobile,
            Some(_) => PhoneKind::Landline,
            None => match phonenumber::parse(None, &self.0).map(|number| number.number_type(&DATABASE)) {
                Ok(phonenumber::Type::Mobile | phonenumber::Type::FixedLineOrMobile) => PhoneKind::Mobile,
                _ => PhoneKind::Landline,
            },
        }
    }

    /// As people in Finland write it: "040 000 0101" at home, the international form for others.
    pub fn national(&self) -> String {
        match self.0.strip_prefix("+358") {
            Some(rest) => {
                let digits = format!("0{rest}");
                let cut = if self.kind() == PhoneKind::Mobile { 3 } else { 2 };
                let (area, number) = digits.split_at(cut.min(digits.len()));
                let (first, second) = number.split_at(number.len().min(3));
                format!("{area} {first} {second}").trim_end().to_owned()
            }
            None => self.0.clone(),
        }
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail = self.0.get(self.0.len().saturating_sub(2)..).unwrap_or_default();
        write!(f, "PhoneNumber(…{tail})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_all_its_forms() {
        for form in ["+358 40 000 0101", "00358400000101", "040 000 0101", "040-0000101", "(040) 000 0101"] {
            let number = PhoneNumber::parse(form).unwrap();
            assert_eq!(number.e164(), "+358400000101", "{form}");
            assert_eq!(number.kind(), PhoneKind::Mobile);
            assert_eq!(number.national(), "040 000 0101");
        }
    }

    #[test]
    fn a_landline_is_a_valid_contact_that_gets_no_sms() {
        let number = PhoneNumber::parse("08 123 4568").unwrap();
        assert_eq!((number.e164(), number.kind()), ("+35881234568", PhoneKind::Landline));
        assert_eq!(number.national(), "08 123 4568");
    }

    #[test]
    fn what_is_not_a_number_is_said() {
        assert_eq!(PhoneNumber::parse(""), Err(Problem::Missing));
        for wrong in ["soita", "12", "+", "040 000 0101 0101 0101 0101", "1e9", "040ä000101"] {
            assert_eq!(PhoneNumber::parse(wrong), Err(Problem::NotAPhone), "{wrong}");
        }
    }

    #[test]
    fn a_log_never_shows_it_whole() {
        assert_eq!(format!("{:?}", PhoneNumber::parse("0400000101").unwrap()), "PhoneNumber(…01)");
    }
}
