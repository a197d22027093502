//! Turns `app/locales/<language>/<screen>.json` into one struct a text (`OUT_DIR/words.rs`).
//! The build fails when the languages differ: a key or a variable that one has and another lacks.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::Path,
};

/// Code, Rust name, and the language whose texts stand in for missing ones. All are held to the first.
const LANGUAGES: [(&str, &str, Option<&str>); 4] =
    [("fi", "Fi", None), ("sv", "Sv", None), ("en", "En", None), ("fi-simple", "FiSimple", Some("fi"))];

/// What the generated modules are excused from.
const EXCUSE: &str = "#[allow(non_camel_case_types, missing_docs, unused_imports, unused_variables, clippy::all, clippy::pedantic, \
                      reason = \"made from app/locales/\")]";

type Texts = BTreeMap<String, String>;

/// One screen's texts in every language.
struct Screen {
    name: String,
    texts: BTreeMap<&'static str, Texts>,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../locales");
    let mut out = languages()?;
    let mut faults = Vec::new();
    for name in screens()? {
        let screen = Screen::read(name)?;
        screen.compare(&mut faults);
        if faults.is_empty() {
            screen.write(&mut out)?;
        }
    }
    for fault in &faults {
        println!("cargo::error={fault}");
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), out)?;
    Ok(())
}

/// The screens of all languages: a file's name without `.json`.
fn screens() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut names = BTreeSet::new();
    for (code, ..) in LANGUAGES {
        for entry in fs::read_dir(format!("../locales/{code}"))? {
            let path = entry?.path();
            names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    Ok(names)
}

/// The `Lang` enum with its codes.
fn languages() -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let (mut names, mut codes, mut parsed) = (String::new(), String::new(), String::new());
    for (index, (code, name, _)) in LANGUAGES.iter().enumerate() {
        writeln!(names, "/// `{code}`\n{} {name},", if index == 0 { "#[default]" } else { "" })?;
        write!(codes, "Self::{name} => {code:?}, ")?;
        write!(parsed, "{code:?} => Ok(Self::{name}), ")?;
    }
    let all = LANGUAGES.map(|(_, name, _)| format!("Self::{name}")).join(", ");
    writeln!(
        out,
        "/// A language of the screen.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Lang {{ {names} }}
        impl Lang {{
            /// All of them.
            pub const ALL: [Self; {}] = [{all}];
            /// Its code, as in `lang=\"…\"`.
            pub const fn code(self) -> &'static str {{ match self {{ {codes} }} }}
        }}
        impl core::str::FromStr for Lang {{
            type Err = UnknownLang;
            fn from_str(code: &str) -> Result<Self, UnknownLang> {{
                match code {{ {parsed} _ => Err(UnknownLang) }}
            }}
        }}",
        LANGUAGES.len()
    )?;
    Ok(out)
}

impl Screen {
    fn read(name: String) -> Result<Self, Box<dyn Error>> {
        let mut texts = BTreeMap::new();
        for (code, ..) in LANGUAGES {
            let path = format!("../locales/{code}/{name}.json");
            let of_this = match fs::read_to_string(&path) {
                Ok(json) => serde_json::from_str(&json).map_err(|error| format!("{path}: {error}"))?,
                Err(_) => Texts::new(),
            };
            texts.insert(code, of_this);
        }
        Ok(Self { name, texts })
    }

    /// The text of a key as it stands in that language's own file.
    fn own(&self, code: &str, key: &str) -> Option<&String> {
        self.texts.get(code)?.get(key)
    }

    /// The text of a key, its stand-in included.
    fn find(&self, code: &str, fallback: Option<&str>, key: &str) -> Option<&String> {
        self.own(code, key).or_else(|| self.own(fallback?, key))
    }

    /// The language all others are held to.
    fn main(&self) -> impl Iterator<Item = (&String, &String)> {
        let (code, ..) = LANGUAGES[0];
        self.texts.get(code).into_iter().flatten()
    }

    /// Says where a language differs from the first one.
    fn compare(&self, faults: &mut Vec<String>) {
        let (first, ..) = LANGUAGES[0];
        for (code, _, fallback) in LANGUAGES {
            let file = format!("{code}/{}.json", self.name);
            for (key, text) in self.texts.get(code).into_iter().flatten() {
                match self.own(first, key) {
                    None => faults.push(format!("{file}: {key} isn't in {first}")),
                    Some(main) if differ(key, main, text) => {
                        faults.push(format!("{file}: {key} has other variables than {first}"));
                    }
                    Some(_) => {}
                }
            }
            for (key, _) in self.main().filter(|(key, _)| self.find(code, fallback, key).is_none()) {
                faults.push(format!("{file}: {key} is missing"));
            }
        }
        for (key, _) in self.main() {
            let plain =
                |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
            if !key.starts_with(|first: char| first.is_ascii_lowercase()) || !key.chars().all(plain) {
                faults.push(format!("{}.json: {key} is not a name (a-z, 0-9, _)", self.name));
            }
            if let Some(name) = key.strip_suffix("_one")
                && self.own(first, &format!("{name}_other")).is_none()
            {
                faults.push(format!("{}.json: {key} has no {name}_other", self.name));
            }
        }
    }

    /// Writes the screen's module.
    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "/// The texts of `{}`.\n{EXCUSE}\npub mod {} {{ use super::{{Count, Lang}};",
            self.name, self.name
        )?;
        for (key, text) in self.main().filter(|(key, _)| !key.ends_with("_one")) {
            self.write_text(out, key, text)?;
        }
        writeln!(out, "}}")
    }

    fn write_text(&self, out: &mut String, key: &str, text: &str) -> std::fmt::Result {
        let counted = key.strip_suffix("_other");
        let name = counted.unwrap_or(key);
        let mut names = variables(text);
        if counted.is_some() {
            names.insert("count".to_owned());
            names.extend(
                self.main().filter(|(one, _)| **one == format!("{name}_one")).flat_map(|(_, one)| variables(one)),
            );
        }
        let mut fields = String::new();
        for variable in &names {
            let kind = if counted.is_some() && variable == "count" { "Count" } else { "core::fmt::Display" };
            write!(fields, "pub {variable}: &'a dyn {kind}, ")?;
        }
        let mut arms = String::new();
        for (code, variant, fallback) in LANGUAGES {
            if counted.is_some()
                && let Some(one) = self.find(code, fallback, &format!("{name}_one"))
            {
                write!(arms, "Lang::{variant} if count.is_one() => {}, ", expression(one, names.is_empty()))?;
            }
            if let Some(text) = self.find(code, fallback, key) {
                write!(arms, "Lang::{variant} => {}, ", expression(text, names.is_empty()))?;
            }
        }
        let bound = names.into_iter().collect::<Vec<_>>().join(", ");
        let (life, elided, kind) = if bound.is_empty() { ("", "", "&'static str") } else { ("<'a>", "<'_>", "String") };
        writeln!(
            out,
            "/// {}
            pub struct {name}{life} {{ {fields} }}
            impl {name}{elided} {{
                pub fn text(self, lang: Lang) -> {kind} {{ let Self {{ {bound} }} = self; match lang {{ {arms} }} }}
            }}",
            text.replace('\n', " ")
        )
    }
}

/// The names between `{{` and `}}`.
fn variables(text: &str) -> BTreeSet<String> {
    text.split("{{").skip(1).filter_map(|part| part.split_once("}}")).map(|(name, _)| name.trim().to_owned()).collect()
}

/// Whether two languages' texts of a key take other variables. A counted text may leave its number out ("a visit").
fn differ(key: &str, one: &str, other: &str) -> bool {
    let counted = key.ends_with("_one") || key.ends_with("_other");
    let of = |text| variables(text).into_iter().filter(|name| !counted || name != "count").collect::<Vec<_>>();
    of(one) != of(other)
}

/// The Rust expression of a text.
fn expression(text: &str, constant: bool) -> String {
    if constant {
        return format!("{text:?}");
    }
    let literal = |text: &str| text.replace('{', "{{").replace('}', "}}");
    let mut pattern = String::new();
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once("{{").and_then(|(before, tail)| Some((before, tail.split_once("}}")?)))
    {
        pattern.push_str(&literal(before));
        pattern.extend(["{", name.trim(), "}"]);
        rest = after;
    }
    format!("format!({:?})", pattern + &literal(rest))
}
