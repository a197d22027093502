//! Days on which members are away, marked at the desk. The engine sees them as dates without hours (`store::plans`).

use chrono::NaiveDate;
use domain::PersonId;

use crate::{
    Error,
    store::tx::{Tx, all, execute},
};

/// Marks those days. A day that is marked already stays as it is.
pub(crate) async fn insert(
    tx: &mut Tx,
    member: PersonId,
    days: impl Iterator<Item = NaiveDate>,
    by: PersonId,
) -> Result<(), Error> {
    for day in days {
        execute!(
            tx,
            "insert into member_absence (member_id, on_date, by_person, made) values ($1, $2, $3, $4) \
             on conflict do nothing",
            member.to_string(),
            day.to_string(),
            by.to_string(),
            tx.now().seconds()
        )?;
    }
    Ok(())
}

/// Takes the marks away from that day on. How many there were.
pub(crate) async fn end(tx: &mut Tx, member: PersonId, from: NaiveDate) -> Result<u64, Error> {
    execute!(
        tx,
        "delete from member_absence where member_id = $1 and on_date >= $2",
        member.to_string(),
        from.to_string()
    )
}

/// The days from that one on, in order.
pub(crate) async fn of_member(tx: &mut Tx, member: PersonId, from: NaiveDate) -> Result<Vec<NaiveDate>, Error> {
    let rows: Vec<(String,)> = all!(
        tx,
        (String,),
        "select on_date from member_absence where member_id = $1 and on_date >= $2 order by on_date",
        member.to_string(),
        from.to_string()
    )?;
    rows.into_iter().map(|(day,)| day.parse().map_err(Error::stored)).collect()
}
