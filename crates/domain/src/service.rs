//! The five services and the kinds of job in each.
//!
//! To add a kind: a variant of [`JobKind`] here, its code in [`JobKind::ALL`], its words in `app/locales`, and a row
//! of terms for the co-op (table `job_terms`). Prices and minutes are never in code.

use serde::{Deserialize, Serialize};

use crate::{Cents, CreditEligibility, Minutes, codes::codes};

/// What the co-op does. A member has a skill for each service they take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Lumityöt.
    Snow,
    /// Pihatyöt.
    Garden,
    /// Siivous.
    Cleaning,
    /// Kaupassakäynti.
    Shopping,
    /// Saattoapu.
    Accompaniment,
}

/// How heavy the work is for the one who does it (kuormittavuus; never *raskaus*, which is pregnancy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Kevyt.
    Light,
    /// Keskiraskas.
    Medium,
    /// Raskas. Counted by its own weekly cap.
    Heavy,
}

/// One kind of job within a service: what a resident chooses first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// The path and the steps.
    SnowPath,
    /// The whole yard.
    SnowYard,
    /// Leaves and branches.
    GardenRaking,
    /// The lawn.
    GardenLawn,
    /// Beds, pots and hedges.
    GardenPlanting,
    /// The usual cleaning.
    CleaningUsual,
    /// A thorough cleaning.
    CleaningThorough,
    /// The windows.
    CleaningWindows,
    /// To the shop for the resident.
    ShoppingFor,
    /// To the shop with the resident.
    ShoppingTogether,
    /// To a doctor or the health centre.
    AccompanyDoctor,
    /// To an office, a bank or the chemist's.
    AccompanyErrand,
    /// Out for a walk.
    AccompanyOutdoors,
}

/// What a co-op has decided about a kind of job, from a date on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobTerms {
    /// The kind.
    pub kind: JobKind,
    /// How long a visit usually takes.
    pub minutes: Minutes,
    /// How heavy it is.
    pub effort: Effort,
    /// What the payer pays for a visit, VAT included.
    pub price: Cents,
    /// The share of labour in the price, in per cent.
    pub labour_percent: i64,
    /// What the member earns from a visit, before tax.
    pub pay: Cents,
    /// Whether the household tax credit applies.
    pub credit: CreditEligibility,
}

impl JobTerms {
    /// The labour in the price, VAT included: what the tax credit is counted from.
    pub fn labour(&self) -> Cents {
        self.price.percent(self.labour_percent)
    }
}

codes!(Service {
    Snow = "snow",
    Garden = "garden",
    Cleaning = "cleaning",
    Shopping = "shopping",
    Accompaniment = "accompaniment",
});

codes!(Effort { Light = "light", Medium = "medium", Heavy = "heavy" });

codes!(CreditEligibility { Eligible = "eligible", Conditional = "conditional", No = "no" });

codes!(JobKind {
    SnowPath = "snow_path",
    SnowYard = "snow_yard",
    GardenRaking = "garden_raking",
    GardenLawn = "garden_lawn",
    GardenPlanting = "garden_planting",
    CleaningUsual = "cleaning_usual",
    CleaningThorough = "cleaning_thorough",
    CleaningWindows = "cleaning_windows",
    ShoppingFor = "shopping_for",
    ShoppingTogether = "shopping_together",
    AccompanyDoctor = "accompany_doctor",
    AccompanyErrand = "accompany_errand",
    AccompanyOutdoors = "accompany_outdoors",
});

impl Service {
    /// The kinds of job in this service, in the order people are shown.
    pub fn jobs(self) -> impl Iterator<Item = JobKind> {
        JobKind::ALL.iter().copied().filter(move |job| job.service() == self)
    }
}

impl JobKind {
    /// The service it belongs to, which is also the skill it wants.
    pub const fn service(self) -> Service {
        match self {
            Self::SnowPath | Self::SnowYard => Service::Snow,
            Self::GardenRaking | Self::GardenLawn | Self::GardenPlanting => Service::Garden,
            Self::CleaningUsual | Self::CleaningThorough | Self::CleaningWindows => Service::Cleaning,
            Self::ShoppingFor | Self::ShoppingTogether => Service::Shopping,
            Self::AccompanyDoctor | Self::AccompanyErrand | Self::AccompanyOutdoors => Service::Accompaniment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    #[test]
    fn every_code_reads_back_and_every_service_has_jobs() {
        for service in Service::ALL {
            assert_eq!(service.code().parse(), Ok(*service));
            assert!(service.jobs().count() >= 2);
        }
        for job in JobKind::ALL {
            assert_eq!(job.code().parse(), Ok(*job));
        }
        assert_eq!("massage".parse::<JobKind>(), Err(Problem::ChooseOne));
    }
}
