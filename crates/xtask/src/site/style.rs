//! The style sheet and the files beside it: `style/main.css` with its imports in one file, and `style/assets`.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    dependencies::{Dependency, DependencyOptions},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

use super::{files::Built, fingerprint::files_below};
use crate::run::say;

/// Builds the style folder; nothing when there is none.
pub(crate) fn build(folder: &Path) -> Result<Vec<Built>> {
    let main = folder.join("main.css");
    if !main.exists() {
        say("There is no style/main.css: pages will be plain");
        return Ok(Vec::new());
    }
    say("Bundling the style sheet");
    let mut built = assets(&folder.join("assets"))?;
    built.push(Built::new("main.css", bundle(&main, &built)?.into_bytes())?);
    Ok(built)
}

/// Fonts and icons, `assets/…`, as they are.
fn assets(folder: &Path) -> Result<Vec<Built>> {
    let mut built = Vec::new();
    for file in files_below(folder)? {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        let is_text = ["md", "txt"].iter().any(|extension| file.extension().is_some_and(|found| found == *extension));
        if !is_text && name.contains('.') && !name.starts_with('.') {
            built.push(Built::new(&format!("assets/{name}"), std::fs::read(&file)?)?);
        }
    }
    Ok(built)
}

/// One minified sheet, in which every `url()` has the hashed address.
fn bundle(main: &Path, assets: &[Built]) -> Result<String> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(main).map_err(|error| anyhow!("the style sheet is wrong: {error}"))?;
    sheet
        .minify(MinifyOptions { targets: browsers(), ..MinifyOptions::default() })
        .map_err(|error| anyhow!("the style sheet is wrong: {error}"))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            targets: browsers(),
            analyze_dependencies: Some(DependencyOptions { remove_imports: false }),
            ..PrinterOptions::default()
        })
        .map_err(|error| anyhow!("the style sheet can't be written: {error}"))?;

    let mut code = printed.code;
    for dependency in printed.dependencies.unwrap_or_default() {
        let Dependency::Url(found) = dependency else { bail!("the style sheet imports something from elsewhere") };
        code = code.replace(&found.placeholder, &address(&found.url, assets)?);
    }
    Ok(code)
}

/// The address of what a style sheet calls `assets/font.woff2`. A `data:` or `#fragment` is its own.
fn address(url: &str, assets: &[Built]) -> Result<String> {
    if url.starts_with("data:") || url.starts_with('#') {
        return Ok(url.to_owned());
    }
    let name = url.trim_start_matches("./").trim_start_matches("../");
    let found = assets.iter().find(|asset| asset.name == name);
    found
        .map(|asset| asset.address.clone())
        .with_context(|| format!("the style sheet names {url}, which isn't in style/assets"))
}

/// Phones and computers since about 2022; newer syntax is written for them in older words.
fn browsers() -> Targets {
    let version = |major: u32, minor: u32| Some((major << 16) | (minor << 8));
    Targets::from(Browsers {
        android: version(100, 0),
        chrome: version(100, 0),
        edge: version(100, 0),
        firefox: version(100, 0),
        ios_saf: version(15, 4),
        safari: version(15, 4),
        samsung: version(17, 0),
        ..Browsers::default()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::{env, fs, process};

    use super::*;

    #[test]
    fn imports_become_one_sheet_and_urls_get_their_hash() {
        let folder = env::temp_dir().join(format!("naapuriapu-style-{}", process::id()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::write(folder.join("assets/font.woff2"), "abc").unwrap();
        fs::write(folder.join("part.css"), ".note { color: #ff0000; }").unwrap();
        let main = "@import \"part.css\"; @font-face { font-family: A; src: url(\"assets/font.woff2\"); }";
        fs::write(folder.join("main.css"), main).unwrap();
        let built = build(&folder).unwrap();
        let sheet = bundle(&folder.join("main.css"), &built).unwrap();
        assert!(sheet.starts_with(".note{color:red}"), "{sheet}");
        assert!(
            sheet.contains("url(/pkg/assets/font.ba7816bf8f01.woff2)")
                || sheet.contains("url(\"/pkg/assets/font.ba7816bf8f01.woff2\")"),
            "{sheet}"
        );

        fs::write(folder.join("main.css"), "a { background: url(assets/none.svg); }").unwrap();
        let error = build(&folder).err().unwrap().to_string();
        assert_eq!(error, "the style sheet names assets/none.svg, which isn't in style/assets");
        fs::remove_dir_all(folder).unwrap();
    }
}
