//! Room on the disk. The compiler's own words when it runs out tell neither where nor how much is wanted.

use crate::{
    run::{command, output, say},
    workspace,
};

/// What a first run of all checks writes, in gigabytes (measured: the target folder, npm's packages, two databases).
const FIRST: f64 = 12.0;

/// And a further one, at most.
const FURTHER: f64 = 3.0;

/// Says so when there is less room than will be wanted. It is tried all the same: nobody knows it exactly beforehand.
pub(crate) fn warn_if_short() {
    let wanted = if workspace::path("target/debug").is_dir() { FURTHER } else { FIRST };
    let told = output(command("df").args(["-Pk", "."])).ok();
    if let Some(free) = told.as_deref().and_then(free_gigabytes).filter(|free| *free < wanted) {
        say(format!(
            "Only {free:.1} GB are free on this disk, and this may write {wanted:.0}: make room if it stops for want of it"
        ));
    }
}

/// The fourth figure of df's second line, in kilobytes.
fn free_gigabytes(told: &str) -> Option<f64> {
    let kilobytes: f64 = told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_read_as_df_tells_it() {
        let told =
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 264182784 87900000 7500000 92% /\n";
        assert_eq!(free_gigabytes(told), Some(7.5));
        assert_eq!(free_gigabytes("df: no such file"), None);
    }
}
