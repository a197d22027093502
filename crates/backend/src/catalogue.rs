//! What can be ordered, how long it takes and what it costs. Open to everybody.

use domain::JobTerms;

use crate::{Backend, Error, store::catalogue};

impl Backend {
    /// Every kind of job that the co-op does today, in the order people are shown.
    pub async fn job_terms(&self) -> Result<Vec<JobTerms>, Error> {
        self.read((), |tx, ()| Box::pin(catalogue::terms(tx))).await
    }
}
