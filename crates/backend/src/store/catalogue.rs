//! Jobs with minutes, effort and price, as the co-op has decided them from a date on.

use chrono::NaiveDate;
use domain::{Cents, JobKind, JobTerms, Minutes};

use crate::{
    Error,
    store::tx::{Tx, all, execute},
};

#[derive(sqlx::FromRow)]
struct TermsRow {
    job: String,
    minutes: i64,
    effort: String,
    price: i64,
    labour_percent: i64,
    pay: i64,
    credit: String,
}

impl TryFrom<TermsRow> for JobTerms {
    type Error = Error;

    fn try_from(row: TermsRow) -> Result<Self, Error> {
        Ok(Self {
            kind: row.job.parse().map_err(Error::stored)?,
            minutes: Minutes(row.minutes),
            effort: row.effort.parse().map_err(Error::stored)?,
            price: Cents(row.price),
            labour_percent: row.labour_percent,
            pay: Cents(row.pay),
            credit: row.credit.parse().map_err(Error::stored)?,
        })
    }
}

/// What can be ordered today, in the order people are shown.
pub(crate) async fn terms(tx: &mut Tx) -> Result<Vec<JobTerms>, Error> {
    let today = tx.settings().coop.zone.date(tx.now());
    let rows = all!(
        tx,
        TermsRow,
        "select t.job, t.minutes, t.effort, t.price, t.labour_percent, t.pay, t.credit from job_terms t \
         where t.coop_id = $1 and t.valid_from = (select max(n.valid_from) from job_terms n \
         where n.coop_id = t.coop_id and n.job = t.job and n.valid_from <= $2)",
        tx.settings().coop.id.to_string(),
        today.to_string()
    )?;
    let mut terms: Vec<JobTerms> = rows.into_iter().map(JobTerms::try_from).collect::<Result<_, _>>()?;
    terms.sort_by_key(|terms| JobKind::ALL.iter().position(|kind| *kind == terms.kind));
    Ok(terms)
}

/// The terms of one kind of job today, if the co-op does it.
pub(crate) async fn of_job(tx: &mut Tx, job: JobKind) -> Result<Option<JobTerms>, Error> {
    Ok(terms(tx).await?.into_iter().find(|terms| terms.kind == job))
}

/// Decides terms from a date on.
pub(crate) async fn insert(tx: &mut Tx, terms: &JobTerms, from: NaiveDate) -> Result<(), Error> {
    execute!(
        tx,
        "insert into job_terms (coop_id, job, valid_from, minutes, effort, price, labour_percent, pay, credit) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.settings().coop.id.to_string(),
        terms.kind.code(),
        from.to_string(),
        terms.minutes.0,
        terms.effort.code(),
        terms.price.0,
        terms.labour_percent,
        terms.pay.0,
        terms.credit.code()
    )?;
    Ok(())
}
