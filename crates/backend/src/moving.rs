//! Another time, or another member: the old time is freed only together with holding the new one.

use assignment::{CoopRules, MemberPlan, Request, Rule, Snapshot, Strangers, feasible_by_hand};
use domain::{MessageKind, Moment, PersonId, Problem, Span, VisitState};

use crate::{
    Backend, Error, Refusal,
    orders::is_fresh,
    passing_on::without,
    placing::{self, Place},
    rights,
    store::{audit, offers::Answer, plans, tx::Tx, visit_changes, visits::StoredVisit},
    telling,
    times::{self, Names},
    views::{Caller, Times},
};

/// The grid of planned starts, in seconds.
const GRID: i64 = 300;

impl Backend {
    /// Other times for a visit, each of which can be had at this moment.
    ///
    /// # Errors
    /// [`Problem::TooLate`] on field `visit` when the visit can't be moved any more.
    pub async fn move_times(&self, c: &Caller, visit: &str) -> Result<Times, Error> {
        self.read((c.clone(), visit.to_owned()), |tx, (c, visit)| {
            Box::pin(async move {
                let visit = rights::visit(tx, c, visit).await?;
                can_move(&visit)?;
                let (snapshot, request) = question(tx, &visit).await?;
                let names = if c.person.is_some() { Names::Shown } else { Names::Hidden };
                times::view(tx, &snapshot, &request, names).await
            })
        })
        .await
    }

    /// Gives a visit another time: "soonest", or an arrival window's start in UTC seconds. The same member is asked first.
    ///
    /// # Errors
    /// [`Problem::TimeTaken`] on field `time`, [`Problem::TooLate`] on field `visit`, [`Refusal::Changed`].
    pub async fn move_visit(&self, c: &Caller, visit: &str, version: &str, time: &str) -> Result<(), Error> {
        let given = (c.clone(), visit.to_owned(), time.to_owned());
        let wanted =
            self.read(given, |tx, (c, visit, time)| Box::pin(async move { wanted(tx, c, visit, time).await })).await?;
        for (window, place) in wanted {
            let given = (c.clone(), visit.to_owned(), version.to_owned(), window, place);
            let moved = self
                .write(given, |tx, (c, visit, version, window, place)| {
                    Box::pin(move_to(tx, c, visit, version, (*window, place)))
                })
                .await;
            match moved {
                Err(error) if placing::is_taken(&error) => {}
                moved => return moved,
            }
        }
        Err(placing::taken())
    }

    /// The coordinator puts a visit to a member, within that member's own limits: nobody oversteps those.
    ///
    /// # Errors
    /// [`Problem::OverLimits`] on field `member`, [`Refusal::Changed`].
    pub async fn put_to(&self, c: &Caller, visit: &str, version: &str, member: &str) -> Result<(), Error> {
        let given = (c.clone(), visit.to_owned(), version.to_owned(), member.to_owned());
        self.write(given, |tx, (c, visit, version, member)| Box::pin(put(tx, c, visit, version, member))).await
    }
}

/// The visit can have another time: nobody has set out to it, and it isn't over.
fn can_move(visit: &StoredVisit) -> Result<(), Error> {
    match visit.state {
        VisitState::Open | VisitState::Reserved { .. } | VisitState::Offered { .. } | VisitState::Agreed { .. } => {
            Ok(())
        }
        VisitState::UnderWay { .. } | VisitState::Done { .. } | VisitState::Cancelled(_) => {
            Err(Error::field("visit", Problem::TooLate))
        }
    }
}

/// Everybody's plans without this visit, and what is asked of them. Whoever has it now may come again, known or not.
async fn question(tx: &mut Tx, visit: &StoredVisit) -> Result<(Snapshot, Request), Error> {
    let mut snapshot = plans::snapshot(tx).await?;
    without(&mut snapshot, visit.id);
    let mut request = placing::request(visit, Strangers::Welcome);
    if !visit.strangers_welcome {
        let holder = visit.state.held().map(|held| held.member);
        let knows = |plan: &&MemberPlan| plan.knows.contains_key(&visit.resident.id) || Some(plan.id) == holder;
        request.not_these = snapshot.members.iter().filter(|plan| !knows(plan)).map(|plan| plan.id).collect();
    }
    Ok((snapshot, request))
}

/// The windows and members to try, in order.
async fn wanted(tx: &mut Tx, c: &Caller, visit: &str, time: &str) -> Result<Vec<(Span, Place)>, Error> {
    let visit = rights::visit(tx, c, visit).await?;
    can_move(&visit)?;
    let (snapshot, request) = question(tx, &visit).await?;
    let near = times::horizon(snapshot.rules.zone, snapshot.now);
    let window = if time.trim() == "soonest" {
        assignment::times(&snapshot, &request, near).first().map(|offer| offer.window)
    } else {
        let start: i64 = time.trim().parse().map_err(|_| Error::field("time", Problem::ChooseOne))?;
        times::window_at(&snapshot, &request, Moment::from_seconds(start))
    };
    let window = window.ok_or_else(placing::taken)?;
    let mut able = assignment::candidates(&snapshot, &request, window);
    let holder = visit.state.held().map(|held| held.member);
    able.sort_by_key(|candidate| Some(candidate.member) != holder);
    Ok(able.into_iter().map(|candidate| (window, Place::from(candidate))).collect())
}

async fn move_to(
    tx: &mut Tx,
    c: &Caller,
    visit: &str,
    version: &str,
    (window, place): (Span, &Place),
) -> Result<(), Error> {
    let seen = rights::visit(tx, c, visit).await?;
    let mut visit = placing::locked(tx, &seen, Some(place.member)).await?;
    can_move(&visit)?;
    if visit.window == window && visit.state.held().is_some() {
        // A double tap, or the time it has already.
        return Ok(());
    }
    is_fresh(&visit, version)?;
    let (rules, request) = (tx.settings().coop.rules(), placing::request(&visit, Strangers::Welcome));
    let fit = placing::fits(tx, (place.member, place.start), Some(visit.id), &request, &rules).await?;
    let Ok(plan) = fit else { return Err(placing::taken()) };

    let before = visit.state;
    placing::end_offer(tx, &visit, Answer::Withdrawn).await?;
    placing::release(tx, &mut visit, VisitState::Open).await?;
    visit_changes::set_window(tx, &mut visit, window).await?;
    let by = c.person.as_ref().map(|person| person.id);
    visit_changes::happened(tx, visit.id, "moved", None, by).await?;
    if let VisitState::Reserved { until, .. } = before {
        // Still to be confirmed by ringing; nobody is asked until then.
        placing::hold(tx, &mut visit, &plan, VisitState::Reserved { held: place.held(), until }).await?;
    } else {
        placing::offer(tx, &mut visit, &plan, place).await?;
        telling::resident(tx, &visit, MessageKind::VisitMoved, Some(place.member)).await?;
        if telling::knows_of(&before) != Some(place.member) {
            telling::not_yours_any_more(tx, &visit, &before, "").await?;
        }
    }
    audit::write(tx, by, Some(visit.resident.id), "visit.moved", visit.id).await
}

async fn put(tx: &mut Tx, c: &Caller, visit: &str, version: &str, member: &str) -> Result<(), Error> {
    let by = rights::coordinator(tx, c).await?;
    let seen = rights::visit(tx, c, visit).await?;
    if member.is_empty() {
        return Err(Error::field("member", Problem::ChooseOne));
    }
    let member: PersonId = member.parse().map_err(|_| Refusal::NotYours)?;
    let mut visit = placing::locked(tx, &seen, Some(member)).await?;
    let before = visit.state;
    match before {
        VisitState::Offered { held, .. } | VisitState::Agreed { held } if held.member == member => return Ok(()),
        VisitState::Open | VisitState::Offered { .. } | VisitState::Agreed { .. } => is_fresh(&visit, version)?,
        _ => return Err(Refusal::Changed.into()),
    }
    let mut plan = plans::member(tx, member).await?.ok_or(Refusal::NotYours)?;
    plan.visits.retain(|held| held.id != visit.id);
    let request = placing::request(&visit, visit.strangers());
    let rules = placing::rules_for_promised(tx);
    let start = earliest_by_hand(&rules, tx.now(), &plan, &request, visit.window)
        .map_err(|_| Error::field("member", Problem::OverLimits))?;

    placing::end_offer(tx, &visit, Answer::Withdrawn).await?;
    placing::release(tx, &mut visit, VisitState::Open).await?;
    placing::offer(tx, &mut visit, &plan, &Place { member, start, reasons: None }).await?;
    visit_changes::happened(tx, visit.id, "put_to", Some(member), Some(by)).await?;
    telling::resident(tx, &visit, MessageKind::HelperChanged, Some(member)).await?;
    telling::not_yours_any_more(tx, &visit, &before, "").await?;
    audit::write(tx, Some(by), Some(visit.resident.id), "visit.put_to", visit.id).await
}

/// The member's earliest start in the window by the coordinator's hand.
///
/// # Errors
/// The rule that the best of the starts fails at.
pub(crate) fn earliest_by_hand(
    rules: &CoopRules,
    now: Moment,
    plan: &MemberPlan,
    request: &Request,
    window: Span,
) -> Result<Moment, Rule> {
    let first = window.start.seconds().div_euclid(GRID) * GRID;
    let mut reached = Rule::CoopHours;
    let mut start = first;
    while start < window.end.seconds() {
        let at = Moment::from_seconds(start);
        if window.contains(at) {
            match feasible_by_hand(rules, now, plan, request, at) {
                Ok(insertion) => return Ok(insertion.start),
                Err(rule) => reached = reached.max(rule),
            }
        }
        start += GRID;
    }
    Err(reached)
}
