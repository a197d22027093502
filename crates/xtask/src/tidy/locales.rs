//! Translations: the same texts in every language.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{breach::Breach, source::Tree};

const FOLDER: &str = "app/locales";

/// fi, sv and en have the same keys; fi-simple has only keys that fi has.
pub(crate) fn same_keys(tree: &Tree) -> Vec<Breach> {
    let (mut breaches, mut languages) = (Vec::new(), Vec::new());
    for language in ["fi", "sv", "en", "fi-simple"] {
        match keys(tree, language) {
            Ok(keys) => languages.push(keys),
            Err(breach) => breaches.push(breach),
        }
    }
    let [fi, sv, en, simple] = languages.as_slice() else { return breaches };
    for (name, other) in [("sv", sv), ("en", en)] {
        breaches.extend(fi.difference(other).map(|key| Breach::whole(&place(name), format!("lacks {key}"))));
        breaches
            .extend(other.difference(fi).map(|key| Breach::whole(&place(name), format!("has {key}, which fi lacks"))));
    }
    breaches.extend(
        simple.difference(fi).map(|key| Breach::whole(&place("fi-simple"), format!("has {key}, which fi lacks"))),
    );
    breaches
}

fn place(language: &str) -> String {
    format!("{FOLDER}/{language}")
}

/// All keys of a language (`order.when.title`), from its file or from the files of its folder.
fn keys(tree: &Tree, language: &str) -> Result<BTreeSet<String>, Breach> {
    let (single, folder) = (format!("{}.json", place(language)), format!("{}/", place(language)));
    let mut keys = BTreeSet::new();
    let mut found = false;
    for file in tree.files() {
        let prefix = if file.path == single {
            ""
        } else if let Some(name) = file.path.strip_prefix(&folder) {
            name.trim_end_matches(".json")
        } else {
            continue;
        };
        found = true;
        let value = serde_json::from_str(&file.text)
            .map_err(|error| Breach::whole(&file.path, format!("is no JSON: {error}")))?;
        collect(&value, prefix, &mut keys);
    }
    if found { Ok(keys) } else { Err(Breach::whole(&place(language), "is missing")) }
}

fn collect(value: &Value, prefix: &str, keys: &mut BTreeSet<String>) {
    let Value::Object(entries) = value else {
        keys.insert(prefix.to_owned());
        return;
    };
    for (name, value) in entries {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        collect(value, &key, keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_text_is_found_in_either_direction() {
        let tree = Tree::of(&[
            ("app/locales/fi.json", r#"{"a": "A", "b": {"c": "C"}}"#),
            ("app/locales/sv.json", r#"{"a": "A"}"#),
            ("app/locales/en.json", r#"{"a": "A", "b": {"c": "C", "d": "D"}}"#),
            ("app/locales/fi-simple.json", r#"{"a": "A", "x": "X"}"#),
        ]);
        let expected = [
            Breach::whole("app/locales/sv", "lacks b.c"),
            Breach::whole("app/locales/en", "has b.d, which fi lacks"),
            Breach::whole("app/locales/fi-simple", "has x, which fi lacks"),
        ];
        assert_eq!(same_keys(&tree), expected);
    }

    #[test]
    fn a_folder_with_a_file_a_screen_is_as_good() {
        let tree = Tree::of(&[
            ("app/locales/fi/order.json", r#"{"title": "Tilaus"}"#),
            ("app/locales/sv/order.json", r#"{"title": "Beställning"}"#),
            ("app/locales/en/order.json", r#"{"title": "Order"}"#),
            ("app/locales/fi-simple/order.json", "{}"),
        ]);
        assert_eq!(same_keys(&tree), []);
    }

    #[test]
    fn a_missing_or_broken_language_is_found() {
        let tree = Tree::of(&[
            ("app/locales/fi.json", "{"),
            ("app/locales/en.json", "{}"),
            ("app/locales/fi-simple.json", "{}"),
        ]);
        let found = same_keys(&tree);
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|breach| breach.what.starts_with("is no JSON")));
        assert!(found.contains(&Breach::whole("app/locales/sv", "is missing")));
    }
}
