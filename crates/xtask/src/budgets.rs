//! What a resident's old phone may have to download. The numbers are promises, so a test keeps them.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail};

use crate::{run::say, site::SITE, workspace};

/// A promise: which files together, and how many bytes over the wire at most.
struct Budget {
    what: &'static str,
    limit: u64,
    counts: fn(&str) -> bool,
}

const BUDGETS: &[Budget] = &[
    Budget {
        what: "WebAssembly and JavaScript",
        limit: 100_000,
        counts: |name| name == "client.js" || name == "client.wasm",
    },
    Budget { what: "the script of the pages with passkeys", limit: 1_500, counts: |name| name == "passkeys.js" },
    Budget { what: "the style sheet", limit: 15_000, counts: |name| name == "main.css" },
    Budget {
        what: "the font that every page uses",
        limit: 35_000,
        counts: |name| name == "assets/atkinson-hyperlegible-next.woff2",
    },
];

/// Measures the built site.
///
/// # Errors
/// When a promise is broken, or the site isn't built.
pub(crate) fn check() -> Result<()> {
    let sizes = sizes()?;
    let mut broken = Vec::new();
    for budget in BUDGETS {
        let size = total(&sizes, budget).with_context(|| format!("{} is not in {SITE}", budget.what))?;
        let line = format!("{}: {size} bytes over the wire, of {} at most", budget.what, budget.limit);
        say(&line);
        if size > budget.limit {
            broken.push(line);
        }
    }
    if !broken.is_empty() {
        bail!("too large for an old phone: {}", broken.join("; "));
    }
    Ok(())
}

/// `None` when none of the files is there: an empty site keeps no promise.
fn total(sizes: &BTreeMap<String, u64>, budget: &Budget) -> Option<u64> {
    let counted: Vec<u64> = sizes.iter().filter(|(name, _)| (budget.counts)(name)).map(|(_, size)| *size).collect();
    if counted.is_empty() { None } else { Some(counted.iter().sum()) }
}

/// Each file's size over the wire: its brotli copy's, or its own where there is none.
fn sizes() -> Result<BTreeMap<String, u64>> {
    let site = workspace::path(SITE);
    let manifest =
        fs::read(site.join("manifest.json")).with_context(|| format!("{SITE}/manifest.json can't be read"))?;
    let names: BTreeMap<String, String> = serde_json::from_slice(&manifest)?;
    let size = |address: String| {
        let file = address.trim_start_matches('/').to_owned();
        let found = fs::metadata(site.join(format!("{file}.br"))).or_else(|_| fs::metadata(site.join(&file)));
        found.map(|metadata| metadata.len()).with_context(|| format!("{file} is missing"))
    };
    names.into_iter().map(|(name, address)| Ok((name, size(address)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_budget_are_added_up_and_none_is_not_zero() {
        let sizes = BTreeMap::from([("client.js".into(), 5), ("client.wasm".into(), 60), ("main.css".into(), 9)]);
        let totals: Vec<_> = BUDGETS.iter().map(|budget| total(&sizes, budget)).collect();
        assert_eq!(totals, [Some(65), None, Some(9), None]);
    }
}
