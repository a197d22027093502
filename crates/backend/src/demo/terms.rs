//! The demo co-op's jobs: plausible minutes, efforts and prices, nobody's real ones.

use chrono::Months;
use domain::{Cents, CreditEligibility, Effort, JobKind, JobTerms, Minutes};

use crate::{
    Error,
    store::{catalogue, tx::Tx},
};

use CreditEligibility::{Conditional, Eligible, No};
use Effort::{Heavy, Light, Medium};

/// Job, minutes, effort, price in cents, labour in per cent, pay in cents, tax credit.
const TERMS: [(JobKind, i64, Effort, i64, i64, i64, CreditEligibility); 13] = [
    (JobKind::SnowPath, 40, Medium, 32_00, 100, 21_40, Eligible),
    (JobKind::SnowYard, 75, Heavy, 58_00, 100, 38_80, Eligible),
    (JobKind::GardenRaking, 60, Medium, 46_00, 100, 30_80, Eligible),
    (JobKind::GardenLawn, 50, Medium, 38_00, 90, 25_40, Eligible),
    (JobKind::GardenPlanting, 60, Light, 44_00, 85, 29_40, Eligible),
    (JobKind::CleaningUsual, 90, Medium, 54_00, 100, 36_10, Eligible),
    (JobKind::CleaningThorough, 180, Heavy, 118_00, 100, 78_90, Eligible),
    (JobKind::CleaningWindows, 90, Medium, 72_00, 95, 48_20, Eligible),
    (JobKind::ShoppingFor, 45, Light, 26_00, 80, 17_40, Conditional),
    (JobKind::ShoppingTogether, 75, Light, 39_00, 100, 26_10, Conditional),
    (JobKind::AccompanyDoctor, 90, Light, 48_00, 100, 32_10, No),
    (JobKind::AccompanyErrand, 75, Light, 39_00, 100, 26_10, No),
    (JobKind::AccompanyOutdoors, 45, Light, 26_00, 100, 17_40, No),
];

/// Decides them from a year ago on.
pub(super) async fn insert(tx: &mut Tx) -> Result<Vec<JobTerms>, Error> {
    let today = tx.settings().coop.zone.date(tx.now());
    let from = today.checked_sub_months(Months::new(12)).unwrap_or(today);
    let mut all = Vec::new();
    for (kind, minutes, effort, price, labour_percent, pay, credit) in TERMS {
        let terms = JobTerms {
            kind,
            minutes: Minutes(minutes),
            effort,
            price: Cents(price),
            labour_percent,
            pay: Cents(pay),
            credit,
        };
        catalogue::insert(tx, &terms, from).await?;
        all.push(terms);
    }
    Ok(all)
}
