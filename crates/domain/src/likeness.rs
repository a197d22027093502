//! Whether two people written down may be one: judged by name, number, home and year of birth, never by an e-mail address,
//! which most residents don't have.
//!
//! What it isn't: it decides nothing. Who is certainly the same isn't made twice at the lounge; who may be the same is put
//! to the coordinator, with the reasons, and a person decides.
//!
//! Two people without any word of their names in common are never alike, however much else is: a couple shares home, number
//! and family name. A family name alone is no likeness either.

use std::collections::{BTreeSet, HashMap};

use crate::{PersonName, PhoneNumber, codes::codes};

/// What is known of somebody that tells them apart from others.
#[derive(Clone, Debug)]
pub struct Known {
    /// As they or others gave it.
    pub name: PersonName,
    /// Year of birth, where it is known.
    pub birth_year: Option<i32>,
    /// Their number, where there is one.
    pub phone: Option<PhoneNumber>,
    /// Their addresses, each on one line.
    pub homes: Vec<String>,
}

/// One thing in which two are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Like {
    /// The same name: order of the words, dots over letters and capitals apart.
    SameName,
    /// Nearly: a middle name more, a letter off in one of the words.
    NearlySameName,
    /// The same first name with another family name.
    SameGivenName,
    /// The same number.
    SamePhone,
    /// The same address.
    SameHome,
    /// Born in the same year.
    SameYear,
    /// A year apart, or the digits in another order: easily mistyped.
    NearlySameYear,
}

codes!(Like {
    SameName = "same_name",
    NearlySameName = "nearly_same_name",
    SameGivenName = "same_given_name",
    SamePhone = "same_phone",
    SameHome = "same_home",
    SameYear = "same_year",
    NearlySameYear = "nearly_same_year",
});

/// How alike two are, and in what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// In what, the weightiest first.
    pub why: Vec<Like>,
    /// Born in years that no slip of a finger explains: against everything else.
    pub other_year: bool,
}

/// From so many points on, two are worth a look.
const WORTH_A_LOOK: i32 = 60;

/// What another year of birth takes away: more than a home in common gives, so that father and son stay two.
const OTHER_YEAR: i32 = 40;

impl Like {
    const fn points(self) -> i32 {
        match self {
            Self::SameName => 50,
            Self::NearlySameName => 40,
            Self::SameGivenName => 15,
            Self::SamePhone => 30,
            Self::SameHome => 25,
            Self::SameYear => 20,
            Self::NearlySameYear => 5,
        }
    }
}

impl Likeness {
    /// The more, the likelier. Each reason adds to it.
    pub fn points(&self) -> i32 {
        let against = if self.other_year { OTHER_YEAR } else { 0 };
        self.why.iter().map(|like| like.points()).sum::<i32>() - against
    }

    /// Whether somebody should look at the two.
    pub fn is_worth_a_look(&self) -> bool {
        self.points() >= WORTH_A_LOOK
    }

    /// Whether they are taken for one without asking: the same name with the same number or home, and nothing against it.
    pub fn is_certain(&self) -> bool {
        let has = |like| self.why.contains(&like);
        has(Like::SameName) && (has(Like::SamePhone) || has(Like::SameHome)) && !self.other_year
    }
}

/// Small letters, without dots and accents: "Niemelä" and "niemela" are found by either, whichever way the dots are written
/// (NFC or NFD).
pub fn name_key(text: &str) -> String {
    let plain = |c: char| match c {
        'å' | 'ä' | 'á' | 'à' | 'â' | 'ã' => 'a',
        'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => 'o',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'š' => 's',
        'ž' => 'z',
        other => other,
    };
    // The dots may also stand as marks of their own after the letter (NFD); they go.
    text.to_lowercase().chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).map(plain).collect()
}

/// How alike the two are. The same whichever is named first.
pub fn likeness(one: &Known, other: &Known) -> Likeness {
    let mut why = Vec::new();
    if let Some(like) = like_names(&one.name, &other.name) {
        why.push(like);
        if one.phone.is_some() && one.phone == other.phone {
            why.push(Like::SamePhone);
        }
        if !homes(one).is_disjoint(&homes(other)) {
            why.push(Like::SameHome);
        }
    }
    let years = one.birth_year.zip(other.birth_year).map(|(one, other)| like_years(one, other));
    if let Some(Some(like)) = years
        && !why.is_empty()
    {
        why.push(like);
    }
    Likeness { why, other_year: years == Some(None) }
}

/// Every pair of these that is worth a look, by their places in the list, the likeliest first.
///
/// Two that are worth a look share a word of their names, and with it number, home or year of birth; only such pairs are
/// compared, so that ten thousand people take a moment.
pub fn worth_a_look(people: &[Known]) -> Vec<(usize, usize, Likeness)> {
    let mut blocks: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, known) in people.iter().enumerate() {
        for key in keys(known) {
            blocks.entry(key).or_default().push(at);
        }
    }
    let mut pairs = BTreeSet::new();
    for block in blocks.into_values() {
        for (nth, one) in block.iter().enumerate() {
            pairs.extend(block.iter().skip(nth + 1).map(|other| (*one, *other)));
        }
    }
    let judged = |(one, other): (usize, usize)| Some((one, other, likeness(people.get(one)?, people.get(other)?)));
    let mut found: Vec<_> = pairs.into_iter().filter_map(judged).filter(|pair| pair.2.is_worth_a_look()).collect();
    found.sort_by_key(|(one, other, like)| (std::cmp::Reverse(like.points()), *one, *other));
    found
}

/// What somebody shares with whoever is worth comparing with them.
fn keys(known: &Known) -> BTreeSet<String> {
    let year = known.birth_year.map(|year| format!("year {year}"));
    let phone = known.phone.as_ref().map(|phone| format!("phone {}", phone.e164()));
    let facts: Vec<String> =
        homes(known).into_iter().map(|home| format!("home {home}")).chain(year).chain(phone).collect();
    let words = words(&known.name);
    words.iter().flat_map(|word| facts.iter().map(move |fact| format!("{word} {fact}"))).collect()
}

fn homes(known: &Known) -> BTreeSet<String> {
    known.homes.iter().map(|home| name_key(home)).collect()
}

/// The words of a name, in their order in the alphabet: a double name is two.
fn words(name: &PersonName) -> Vec<String> {
    let mut words: Vec<String> = name_key(&name.full())
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort();
    words
}

fn like_names(one: &PersonName, other: &PersonName) -> Option<Like> {
    let (left, right) = (words(one), words(other));
    if left == right && !left.is_empty() {
        return Some(Like::SameName);
    }
    if nearly(&left, &right) {
        return Some(Like::NearlySameName);
    }
    let given = name_key(one.given());
    (!given.is_empty() && given == name_key(other.given())).then_some(Like::SameGivenName)
}

/// Whether every word of the shorter name is one of the longer's, but for a slip in one of them. At least two words.
fn nearly(left: &[String], right: &[String]) -> bool {
    let (mut fewer, mut more) =
        if left.len() <= right.len() { (left.to_vec(), right.to_vec()) } else { (right.to_vec(), left.to_vec()) };
    let words = fewer.len();
    fewer.retain(|word| match more.iter().position(|other| other == word) {
        Some(at) => {
            more.remove(at);
            false
        }
        None => true,
    });
    match fewer.as_slice() {
        [] => words >= 2,
        [slipped] => words >= 2 && more.iter().any(|other| a_slip_apart(slipped, other)),
        _ => false,
    }
}

/// The shortest word in which a letter may be off: "Aino" and "Eino" are two people.
const LONG_ENOUGH: usize = 5;

/// One letter put in, left out, changed, or two neighbours swapped; two of these in a long word.
fn a_slip_apart(one: &str, other: &str) -> bool {
    let letters = |word: &str| word.chars().count();
    let most = match letters(one).min(letters(other)) {
        0..LONG_ENOUGH => 0,
        LONG_ENOUGH..9 => 1,
        _ => 2,
    };
    most > 0 && letters(one).abs_diff(letters(other)) <= most && strsim::osa_distance(one, other) <= most
}

fn like_years(one: i32, other: i32) -> Option<Like> {
    let digits = |year: i32| {
        let mut digits: Vec<char> = year.to_string().chars().collect();
        digits.sort_unstable();
        digits
    };
    if one == other {
        Some(Like::SameYear)
    } else if one.abs_diff(other) == 1 || digits(one) == digits(other) {
        Some(Like::NearlySameYear)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn known(name: &str, year: Option<i32>, phone: &str, home: &str) -> Known {
        Known {
            name: PersonName::parse_full(name).unwrap(),
            birth_year: year,
            phone: (!phone.is_empty()).then(|| PhoneNumber::parse(phone).unwrap()),
            homes: (!home.is_empty()).then(|| home.to_owned()).into_iter().collect(),
        }
    }

    fn alike(one: &Known, other: &Known) -> bool {
        likeness(one, other).is_worth_a_look()
    }

    #[test]
    fn a_name_is_found_without_its_dots() {
        assert_eq!(name_key("Niemelä"), "niemela");
        assert_eq!(name_key("NIEMELA\u{308}"), "niemela");
        assert_eq!(name_key("Åke Öhman"), "ake ohman");
    }

    #[test]
    fn one_person_written_in_many_ways() {
        let aino = known("Aino Niemelä", Some(1941), "08 123 4568", "Raitotie 7");
        for (name, year, phone, home) in [
            ("NIEMELA\u{308} AINO", None, "+358 8 1234568", ""),
            ("Aino Maria Niemela", None, "", "raitotie 7"),
            ("Aino Niemlä", None, "00358 8 1234568", ""),
            ("Aino Neimelä", Some(1941), "", ""),
            ("Aino Niemelä", Some(1914), "", "Raitotie 7"),
            ("Aino Virtanen", Some(1941), "08-1234568", ""),
            ("Aino-Maria Niemelä", Some(1941), "", ""),
        ] {
            assert!(alike(&aino, &known(name, year, phone, home)), "{name}");
        }
    }

    #[test]
    fn a_couple_and_father_and_son_are_two() {
        let aino = known("Aino Niemelä", Some(1941), "08 123 4568", "Raitotie 7");
        for (name, year, phone, home) in [
            ("Veikko Niemelä", Some(1941), "08 123 4568", "Raitotie 7"),
            ("Eino Niemelä", Some(1941), "08 123 4568", "Raitotie 7"),
            ("Aino Niemelä", Some(1968), "", "Raitotie 7"),
            ("Aino Niemelä", None, "040 123 4567", "Tervakukkatie 5"),
            ("Aino Virtanen", None, "08 123 4568", ""),
        ] {
            assert!(!alike(&aino, &known(name, year, phone, home)), "{name}");
        }
    }

    #[test]
    fn only_what_is_certain_is_taken_for_one_without_asking() {
        let aino = known("Aino Niemelä", Some(1941), "08 123 4568", "Raitotie 7");
        let certain = |name, year, phone, home| likeness(&aino, &known(name, year, phone, home)).is_certain();
        assert!(certain("Niemela Aino", None, "", "RAITOTIE 7"));
        assert!(certain("Aino Niemelä", Some(1942), "+35881234568", ""));
        assert!(!certain("Aino Niemelä", Some(1941), "", ""));
        assert!(!certain("Aino Niemelä", Some(1960), "08 123 4568", "Raitotie 7"));
        assert!(!certain("Aino Niemela", None, "040 000 0101", "Raitotie 8"));
        assert!(!certain("Aino Nieminen", None, "08 123 4568", "Raitotie 7"));
    }

    #[test]
    fn ten_thousand_people_take_a_moment() {
        let people: Vec<Known> = (0..10_000)
            .map(|number| {
                let name = format!("Etu{} Suku{}", number % 97, number / 7 % 400);
                let year = (number % 3 > 0).then_some(1930 + number % 35);
                known(&name, year, &format!("08 5{:06}", number % 9_000), &format!("Raitotie {}", number % 300))
            })
            .collect();
        #[expect(clippy::disallowed_methods, reason = "how long it really takes is what is asked")]
        let began = std::time::Instant::now();
        let found = worth_a_look(&people);
        let took = began.elapsed();
        assert!(found.windows(2).all(|two| two[0].2.points() >= two[1].2.points()), "the likeliest first");
        assert!(took < std::time::Duration::from_secs(20), "{took:?}, on a slow machine and without optimising");
    }

    fn some_known() -> impl Strategy<Value = Known> {
        let given = prop::sample::select(vec!["Aino", "Eino", "Aino Maria", "Aino-Maria", "Åke", "Ake", "Matti"]);
        let family = prop::sample::select(vec!["Niemelä", "Niemela\u{308}", "Niemlä", "Öhman", "Virtanen", "Virtane"]);
        let year = prop::option::of(prop::sample::select(vec![1941, 1942, 1914, 1960]));
        let phone = prop::sample::select(vec!["", "08 123 4568", "+35881234568", "040 000 0101"]);
        let home = prop::sample::select(vec!["", "Raitotie 7", "raitotie 7", "Tervakukkatie 5"]);
        (given, family, year, phone, home, any::<bool>()).prop_map(|(given, family, year, phone, home, turned)| {
            let name = if turned { format!("{family} {given}") } else { format!("{given} {family}") };
            known(&name, year, phone, home)
        })
    }

    proptest! {
        #[test]
        fn it_is_the_same_from_both_sides(one in some_known(), other in some_known()) {
            prop_assert_eq!(likeness(&one, &other), likeness(&other, &one));
        }

        #[test]
        fn order_of_words_and_dots_change_nothing(one in some_known(), other in some_known()) {
            let plain = name_key(&other.name.full());
            let mut words: Vec<&str> = plain.split_whitespace().collect();
            words.rotate_left(1);
            let turned = Known { name: PersonName::parse_full(&words.join(" ")).unwrap(), ..other.clone() };
            let (before, after) = (likeness(&one, &other), likeness(&one, &turned));
            // A first name is one only where it stands first.
            if !before.why.contains(&Like::SameGivenName) && !after.why.contains(&Like::SameGivenName) {
                prop_assert_eq!(before, after);
            }
        }

        #[test]
        fn whoever_is_worth_a_look_is_looked_at(people in prop::collection::vec(some_known(), 0..12)) {
            let found: Vec<(usize, usize)> = worth_a_look(&people).iter().map(|(one, other, _)| (*one, *other)).collect();
            for one in 0..people.len() {
                for other in one + 1..people.len() {
                    prop_assert_eq!(found.contains(&(one, other)), alike(&people[one], &people[other]));
                }
            }
        }

        #[test]
        fn whoever_is_certain_is_worth_a_look(one in some_known(), other in some_known()) {
            let like = likeness(&one, &other);
            prop_assert!(!like.is_certain() || like.is_worth_a_look());
        }

        #[test]
        fn a_letter_off_is_a_slip(word in "[a-z]{5,12}", at in any::<prop::sample::Index>(), letter in "[a-z]") {
            let at = at.index(word.len());
            let changed = format!("{}{letter}{}", &word[..at], &word[at + 1..]);
            let longer = format!("{}{letter}{}", &word[..at], &word[at..]);
            prop_assert!(a_slip_apart(&word, &changed) && a_slip_apart(&changed, &word));
            prop_assert!(a_slip_apart(&word, &longer) && a_slip_apart(&longer, &word));
        }
    }
}
