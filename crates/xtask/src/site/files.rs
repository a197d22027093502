//! Built files: their names, their compressed copies and the manifest.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write},
    path::Path,
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

use super::fingerprint::short_hash;

/// Below this a compressed copy saves nothing.
const SMALLEST: usize = 256;

/// One built file.
pub(crate) struct Built {
    /// The plain name by which the server asks for it: `main.css`, `assets/icon.svg`.
    pub(crate) name: String,
    /// Its address, with a hash: `/pkg/main.0123456789ab.css`.
    pub(crate) address: String,
    content: Vec<u8>,
    /// The brotli and gzip copies, for content that isn't compressed already.
    compressed: Option<(Vec<u8>, Vec<u8>)>,
}

impl Built {
    /// A file whose name carries the hash of its content.
    pub(crate) fn new(name: &str, content: Vec<u8>) -> Result<Self> {
        let (stem, extension) = name.rsplit_once('.').with_context(|| format!("{name} has no extension"))?;
        let address = format!("/pkg/{stem}.{}.{extension}", short_hash(&content));
        Self::at(name, address, content)
    }

    /// A file with an address made elsewhere.
    pub(crate) fn at(name: &str, address: String, content: Vec<u8>) -> Result<Self> {
        let packed = [".woff2", ".png", ".jpg", ".webp"].iter().any(|extension| name.ends_with(extension));
        let compressed =
            if packed || content.len() < SMALLEST { None } else { Some((brotli(&content)?, gzip(&content)?)) };
        Ok(Self { name: name.to_owned(), address, content, compressed })
    }

    /// Its size over the wire to a browser that takes brotli, in bytes.
    pub(crate) fn wire_size(&self) -> usize {
        self.compressed.as_ref().map_or(self.content.len(), |(brotli, _)| brotli.len())
    }

    /// Writes it and its copies below the site's folder.
    pub(crate) fn write_below(&self, site: &Path) -> Result<()> {
        let path = site.join(self.address.trim_start_matches('/'));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &self.content)?;
        if let Some((brotli, gzip)) = &self.compressed {
            fs::write(with_suffix(&path, ".br"), brotli)?;
            fs::write(with_suffix(&path, ".gz"), gzip)?;
        }
        Ok(())
    }

    /// Whether its size is worth a line: what every visitor downloads.
    pub(crate) fn is_shown(&self) -> bool {
        !self.name.starts_with("assets/")
            || Path::new(&self.name).extension().is_some_and(|extension| extension == "woff2")
    }

    /// Name and sizes in a line.
    pub(crate) fn summary(&self) -> String {
        format!("{}: {} ({} over the wire)", self.name, kilobytes(self.content.len()), kilobytes(self.wire_size()))
    }
}

/// `manifest.json`: plain name → address.
pub(crate) fn manifest(built: &[Built]) -> Result<String> {
    let names: BTreeMap<&str, &str> = built.iter().map(|file| (file.name.as_str(), file.address.as_str())).collect();
    Ok(serde_json::to_string_pretty(&names)? + "\n")
}

/// A size in kilobytes of 1000 bytes, as budgets are counted.
#[expect(clippy::cast_precision_loss, reason = "files are smaller than 2^52 bytes")]
pub(crate) fn kilobytes(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}

fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut Cursor::new(content), &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_name_carries_the_hash_of_its_content() {
        let file = Built::new("assets/icons/snow.svg", b"abc".to_vec()).unwrap();
        assert_eq!(file.address, "/pkg/assets/icons/snow.ba7816bf8f01.svg");
        assert_eq!(
            manifest(&[file]).unwrap(),
            "{\n  \"assets/icons/snow.svg\": \"/pkg/assets/icons/snow.ba7816bf8f01.svg\"\n}\n"
        );
    }

    #[test]
    fn text_is_compressed_and_a_font_is_not() {
        let text = Built::new("main.css", vec![b'a'; 10_000]).unwrap();
        assert!(text.wire_size() < 100, "{}", text.wire_size());
        let font = Built::new("assets/font.woff2", vec![b'a'; 10_000]).unwrap();
        assert_eq!(font.wire_size(), 10_000);
    }
}
