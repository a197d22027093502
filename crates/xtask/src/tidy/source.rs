//! The repository's text files, and Rust files with comments and texts told apart.

use std::{fs, path::Path};

use anyhow::Result;

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &[".git", "target", "node_modules", "data", "report", "test-results"];
/// What counts as text.
const EXTENSIONS: &[&str] =
    &["rs", "toml", "css", "html", "ts", "mjs", "js", "json", "md", "sql", "svg", "sh", "yml", "yaml"];

/// Every text file of the repository.
pub(crate) struct Tree(Vec<SourceFile>);

/// One file, by its path from the root.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Tree {
    /// Reads the repository.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        read_folder(root, root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(files))
    }

    /// A made-up tree, for tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() }).collect())
    }

    /// Every file, in order.
    pub(crate) fn files(&self) -> &[SourceFile] {
        &self.0
    }

    /// The files below any of these folders (`app/src/`).
    pub(crate) fn below<'a>(&'a self, folders: &'a [&'a str]) -> impl Iterator<Item = &'a SourceFile> {
        self.0.iter().filter(move |file| folders.iter().any(|folder| file.path.starts_with(folder)))
    }

    /// The Rust files below any of these folders.
    pub(crate) fn rust<'a>(&'a self, folders: &'a [&'a str]) -> impl Iterator<Item = &'a SourceFile> {
        self.below(folders).filter(|file| file.has_extension("rs"))
    }

    /// One file.
    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.0.iter().find(|file| file.path == path)
    }
}

impl SourceFile {
    /// The end of its name.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }

    /// The part that ships: everything before the file's own test module; nothing of a file that is one.
    pub(crate) fn shipped(&self) -> &str {
        let is_test = self.path.contains("/tests/") || self.path.ends_with("/tests.rs");
        if is_test { "" } else { self.text.split("#[cfg(test)]").next().unwrap_or_default() }
    }

    /// What ships, with comments blanked out and every line where it was.
    pub(crate) fn code(&self) -> String {
        self.keeping(&[Kind::Code, Kind::Text])
    }

    /// As [`Self::code`], with texts (string literals) blanked out too.
    pub(crate) fn names(&self) -> String {
        self.keeping(&[Kind::Code])
    }

    fn keeping(&self, kinds: &[Kind]) -> String {
        let blank = |text: &str| text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>();
        let kept = |piece: Piece| if kinds.contains(&piece.kind) { piece.text.to_owned() } else { blank(piece.text) };
        pieces(self.shipped()).into_iter().map(kept).collect()
    }

    /// The texts (string literals) in what ships, each with its line.
    pub(crate) fn texts(&self) -> Vec<(usize, String)> {
        let mut line = 1;
        let mut texts = Vec::new();
        for piece in pieces(self.shipped()) {
            if piece.kind == Kind::Text {
                texts.push((line, piece.text.to_owned()));
            }
            line += piece.text.matches('\n').count();
        }
        texts
    }
}

/// The lines of a text that contain a word, from 1.
pub(crate) fn lines_with(text: &str, word: &str) -> Vec<usize> {
    text.lines().zip(1..).filter(|(line, _)| line.contains(word)).map(|(_, number)| number).collect()
}

/// The line, from 1, of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                read_folder(root, &path, files)?;
            }
        } else {
            let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            let is_text = EXTENSIONS.contains(&extension.as_str()) || path.ends_with(".ci/run");
            if is_text && let Ok(text) = fs::read_to_string(&path) {
                files.push(SourceFile { path: path.strip_prefix(root)?.to_string_lossy().replace('\\', "/"), text });
            }
        }
    }
    Ok(())
}

// ---- a very small reading of Rust

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
}

#[derive(Debug)]
struct Piece<'a> {
    kind: Kind,
    text: &'a str,
}

/// Cuts Rust into code, comments and texts. Together the pieces are the whole.
fn pieces(mut rest: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (kind, length) = next_piece(rest);
        let (piece, after) = rest.split_at(length);
        pieces.push(Piece { kind, text: piece });
        rest = after;
    }
    pieces
}

/// What comes first, and how many bytes of it.
fn next_piece(rest: &str) -> (Kind, usize) {
    if rest.starts_with("//") {
        (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (Kind::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2))
    } else if rest.starts_with('"') {
        (Kind::Text, text_length(rest))
    } else if let Some(length) = raw_text_length(rest) {
        (Kind::Text, length)
    } else {
        (Kind::Code, code_length(rest))
    }
}

/// A text's length up to its closing quote.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return offset + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of `r"…"` or `r#"…"#`.
fn raw_text_length(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let quote = after.find(|c| c != '#').filter(|at| after.get(*at..).is_some_and(|tail| tail.starts_with('"')))?;
    let end = format!("\"{}", "#".repeat(quote));
    let content = after.get(quote + 1..)?;
    Some(content.find(&end).map_or(rest.len(), |at| 1 + quote + 1 + at + end.len()))
}

/// Code up to the next comment or text; a quote in a character (`'"'`) starts none.
fn code_length(rest: &str) -> usize {
    let mut last = ' ';
    let mut offset = 0;
    while let Some(c) = rest.get(offset..).and_then(|tail| tail.chars().next()) {
        let tail = rest.get(offset..).unwrap_or_default();
        let is_word = last.is_alphanumeric() || last == '_';
        let starts = tail.starts_with('"')
            || tail.starts_with("//")
            || tail.starts_with("/*")
            || (!is_word && raw_text_length(tail).is_some());
        if starts && offset > 0 {
            return offset;
        }
        let step =
            ["'\"'", "'\\\"'"].iter().find(|quoted| tail.starts_with(**quoted)).map_or(c.len_utf8(), |q| q.len());
        last = c;
        offset += step;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile { path: "app/src/x.rs".into(), text: text.into() }
    }

    #[test]
    fn comments_are_blanked_and_texts_are_kept() {
        let code = file("let a = \"// no comment\"; // sqlx\n/* sqlx */ let b = '\"'; // \"x\"\n").code();
        assert_eq!(file("f(\"sqlx\");").names(), "f(      );");
        assert_eq!(code, "let a = \"// no comment\";        \n           let b = '\"';       \n");
    }

    #[test]
    fn texts_are_found_with_their_lines() {
        let found = file("f(\"yksi \\\" kaksi\");\n// \"not this\"\ng(r#\"a \"b\" c\"#, 'x', \"\");\n").texts();
        let expected = [(1, "\"yksi \\\" kaksi\""), (3, "r#\"a \"b\" c\"#"), (3, "\"\"")];
        assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn tests_are_not_shipped() {
        assert_eq!(file("fn a() {}\n#[cfg(test)]\nmod tests {}\n").shipped(), "fn a() {}\n");
        assert_eq!(SourceFile { path: "server/tests/api/main.rs".into(), text: "fn a() {}".into() }.shipped(), "");
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(lines_with("a\nb\nab", "b"), [2, 3]);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
