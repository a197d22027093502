//! A budget that counts the process's processor time, or changes tried.

use std::time::Duration;

use assignment::Budget;
use cpu_time::ProcessTime;

/// So many answers are given between two looks at the clock: a look is a system call, dearer than a change.
const ANSWERS_A_LOOK: u32 = 10;

/// What a run may spend, and how much of it is spent.
#[derive(Debug)]
pub(crate) struct Spending {
    most: Most,
    /// The last answer, and how many times it may be given again before looking at the clock.
    known: f64,
    looks: u32,
    tried: u64,
}

#[derive(Clone, Copy, Debug)]
enum Most {
    Evaluations(u64),
    ProcessorSeconds { from: Duration, seconds: f64 },
}

impl Spending {
    /// So many evaluations where they are given, else so many processor seconds from when the process had used `from`.
    pub(crate) fn new(evaluations: Option<u64>, seconds: f64, from: Duration) -> Self {
        let most = evaluations.map_or(Most::ProcessorSeconds { from, seconds }, Most::Evaluations);
        Self { most, known: 0.0, looks: 0, tried: 0 }
    }

    /// How many changes were tried, to the last look.
    pub(crate) fn tried(&self) -> u64 {
        self.tried
    }
}

impl Budget for Spending {
    #[expect(clippy::cast_precision_loss, reason = "a share: nobody counts to 2⁵³")]
    fn spent(&mut self, evaluations: u64) -> f64 {
        self.tried = evaluations;
        match self.most {
            Most::Evaluations(0) => 1.0,
            Most::Evaluations(most) => evaluations as f64 / most as f64,
            Most::ProcessorSeconds { from, seconds } => {
                if self.looks == 0 {
                    self.looks = ANSWERS_A_LOOK;
                    self.known = seconds_since(from) / seconds.max(1e-3);
                }
                self.looks -= 1;
                self.known
            }
        }
    }
}

/// Processor time of this process so far.
pub(crate) fn cpu_time() -> Duration {
    ProcessTime::now().as_duration()
}

/// Processor seconds of this process since it had used so much.
pub(crate) fn seconds_since(from: Duration) -> f64 {
    cpu_time().saturating_sub(from).as_secs_f64()
}
