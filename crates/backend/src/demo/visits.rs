//! Three weeks of visits around now. Each is placed by the engine among the members as they are then, in the order in which
//! they happened; what is past is done, what is now is under way, what is to come is agreed or being asked.

use std::collections::{BTreeMap, BTreeSet};

use assignment::{Candidate, PlannedVisit, Request, Snapshot, Strangers, candidates, day_blocks, why_nobody};
use chrono::{Datelike, Days, NaiveDate};
use domain::{
    Cancelled, Held, JobKind, JobTerms, MinuteOfDay, Minutes, Moment, OfferId, OrderId, PersonId, SlipCode, Span,
    VisitId, VisitState, WhoCancelled, Zone, offer_expiry,
};

use super::cast::{Cast, Resident};
use crate::{
    Entropy, Error,
    store::{
        demo::{self, PastVisit},
        outbox,
        tx::Tx,
    },
};

/// Days before today and after it.
const DAYS: u64 = 10;

/// Visits that are tried for on one day; some find nobody and aren't ordered.
const A_DAY: u32 = 11;

/// Where in their order the members with a story stand.
const MIKKO: usize = 0;
const LEILA: usize = 1;
const JARI: usize = 2;

/// How a visit to come stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Agreed,
    Offered,
    Reserved,
}

struct Town<'a> {
    random: &'a Entropy,
    zone: Zone,
    now: Moment,
    today: NaiveDate,
    snapshot: Snapshot,
    people: [PersonId; 3],
    residents: Vec<Resident>,
    terms: &'a [JobTerms],
    slips: BTreeSet<String>,
    visits: Vec<Placed>,
    offer_hours: crate::CoopSettings,
}

struct Placed {
    past: PastVisit,
    offer: Option<(OfferId, Moment, Moment)>,
    district: String,
}

/// Writes them down.
pub(super) async fn insert(tx: &mut Tx, random: &Entropy, terms: &[JobTerms], cast: Cast) -> Result<(), Error> {
    let settings = tx.settings();
    let (zone, now) = (settings.coop.zone, tx.now());
    let id = |at: usize| cast.members.get(at).map(|member| member.id);
    let (Some(mikko), Some(leila), Some(jari)) = (id(MIKKO), id(LEILA), id(JARI)) else {
        return Err(Error::stored("demo: members"));
    };
    let mut members = cast.members;
    members.sort_by_key(|member| member.id);
    let mut town = Town {
        random,
        zone,
        now,
        today: zone.date(now),
        snapshot: Snapshot { now, rules: settings.coop.rules(), members },
        people: [mikko, leila, jari],
        residents: cast.residents,
        terms,
        slips: BTreeSet::new(),
        visits: Vec::new(),
        offer_hours: settings.coop.clone(),
    };
    town.stories();
    town.everybody_else();
    town.stuck();
    let blocks = town.blocks();
    for placed in &mut town.visits {
        placed.past.block = blocks.get(&placed.past.visit).copied();
    }
    for placed in &town.visits {
        demo::insert_visit(tx, &placed.past).await?;
        if let Some((offer, made, expires)) = placed.offer {
            let accepted = (!matches!(placed.past.state, VisitState::Offered { .. })).then(|| made + Minutes(25));
            demo::insert_offer(tx, offer, &placed.past, (made, expires), accepted).await?;
            tell(tx, placed, expires).await?;
        }
    }
    demo::one_text_fails(tx).await
}

/// Whoever is being asked now has been told so.
async fn tell(tx: &mut Tx, placed: &Placed, expires: Moment) -> Result<(), Error> {
    let VisitState::Offered { held, .. } = placed.past.state else { return Ok(()) };
    let message = domain::Message::NewOffer {
        visit: placed.past.visit,
        job: placed.past.terms.kind,
        window: placed.past.window.start,
        district: placed.district.clone(),
        expires,
        answer: None,
    };
    outbox::write(tx, held.member, None, Some(placed.past.visit), &message).await
}

impl Town<'_> {
    /// What the contracts and the browser tests count on: Aino has been helped by Mikko and by Leila and is going to be;
    /// Mikko is being asked, has somebody today where the hour allows it, and is free tomorrow morning.
    fn stories(&mut self) {
        let [mikko, leila, jari] = self.people;
        let Some(aino) = self.residents.first().cloned() else { return };
        for (back, job, who) in [
            (9, JobKind::CleaningUsual, leila),
            (8, JobKind::SnowPath, mikko),
            (5, JobKind::SnowPath, mikko),
            (4, JobKind::ShoppingFor, leila),
        ] {
            self.near(&aino, job, -back, who, Stand::Agreed);
        }
        self.near(&aino, JobKind::CleaningUsual, 3, leila, Stand::Agreed);

        let others: Vec<Resident> = self.residents.iter().skip(2).take(12).cloned().collect();
        let mut others = others.into_iter();
        let mut next = || others.next().unwrap_or_else(|| aino.clone());
        for back in [10, 7, 6, 3, 1] {
            self.near(&next(), JobKind::SnowPath, -back, mikko, Stand::Agreed);
        }
        // Today, as soon as the hour allows; late in the evening there is nothing left of today.
        for hour in 0..12 {
            let start = self.now + Minutes(90 + hour * 60);
            if self.zone.date(start) == self.today
                && self.place_in_hour(&next(), JobKind::SnowPath, start, mikko, Stand::Agreed)
            {
                break;
            }
        }
        self.near(&next(), JobKind::SnowPath, 2, mikko, Stand::Offered);
        self.near(&next(), JobKind::ShoppingFor, 3, mikko, Stand::Offered);
        self.near(&next(), JobKind::SnowYard, 4, mikko, Stand::Agreed);
        self.near(&next(), JobKind::CleaningUsual, 2, leila, Stand::Offered);
        self.near(&next(), JobKind::SnowYard, 2, jari, Stand::Offered);
        // Somebody with a landline only: to be rung.
        let landline = self.residents.iter().skip(2).find(|r| r.contact == domain::ContactWay::Call).cloned();
        if let Some(landline) = landline {
            self.near(&landline, JobKind::SnowPath, 3, jari, Stand::Reserved);
        }
    }

    /// A visit of that member on the day so many days from today, or the nearest after it on which they can.
    fn near(&mut self, resident: &Resident, job: JobKind, days: i64, who: PersonId, stand: Stand) {
        // What is past stays past, what is to come isn't tomorrow: then Mikko's morning is free.
        for later in 0..4 {
            let days = days + later;
            if days == 0 || days == 1 {
                continue;
            }
            let date = self.date(days);
            for hour in [9, 10, 12, 11, 8, 13] {
                let start = self.at(date, hour);
                if self.place_in_hour(resident, job, start, who, stand) {
                    return;
                }
            }
        }
    }

    fn date(&self, days: i64) -> NaiveDate {
        let by = Days::new(days.unsigned_abs());
        let date = if days < 0 { self.today.checked_sub_days(by) } else { self.today.checked_add_days(by) };
        date.unwrap_or(self.today)
    }

    fn at(&self, date: NaiveDate, hour: u16) -> Moment {
        self.zone.at(date, MinuteOfDay::new(hour * 60).unwrap_or(MinuteOfDay::MIDNIGHT))
    }

    fn place_in_hour(&mut self, resident: &Resident, job: JobKind, at: Moment, who: PersonId, stand: Stand) -> bool {
        let since = at.seconds().rem_euclid(3_600);
        let window = Span::lasting(at.plus_seconds(-since), Minutes(60));
        self.place(resident, job, window, stand, |candidate| candidate.member == who)
    }

    /// Everybody else's orders, day by day.
    fn everybody_else(&mut self) {
        let [mikko, ..] = self.people;
        let last = i64::try_from(2 * DAYS).unwrap_or(20);
        for day in 0..=last {
            let days = day - i64::try_from(DAYS).unwrap_or(10);
            let date = self.date(days);
            let mut hours: Vec<u16> =
                (0..A_DAY).map(|_| 8 + u16::try_from(self.random.below(10)).unwrap_or(0)).collect();
            hours.sort_unstable();
            for hour in hours {
                let at = 2 + self.random.below(u32::try_from(self.residents.len().saturating_sub(2)).unwrap_or(0));
                let job = self.some_job(date);
                let stand = if days >= 2 && self.random.below(7) == 0 { Stand::Offered } else { Stand::Agreed };
                let Some(resident) = self.residents.get(at as usize).cloned() else { continue };
                let window = Span::lasting(self.at(date, hour), Minutes(60));
                self.place(&resident, job, window, stand, |candidate| candidate.member != mikko);
            }
        }
    }

    /// Snow in winter, the garden in summer, the rest all year round.
    fn some_job(&self, date: NaiveDate) -> JobKind {
        const ALL_YEAR: [JobKind; 9] = [
            JobKind::CleaningUsual,
            JobKind::CleaningUsual,
            JobKind::CleaningThorough,
            JobKind::CleaningWindows,
            JobKind::ShoppingFor,
            JobKind::ShoppingFor,
            JobKind::ShoppingTogether,
            JobKind::AccompanyDoctor,
            JobKind::AccompanyOutdoors,
        ];
        let winter = matches!(date.month(), 1..=4 | 10..=12);
        let outside = if winter {
            [JobKind::SnowPath, JobKind::SnowPath, JobKind::SnowYard]
        } else {
            [JobKind::GardenRaking, JobKind::GardenLawn, JobKind::GardenPlanting]
        };
        let of = if self.random.below(5) < 2 { &outside[..] } else { &ALL_YEAR[..] };
        let at = self.random.below(u32::try_from(of.len()).unwrap_or(1));
        of.get(at as usize).copied().unwrap_or(JobKind::SnowPath)
    }

    fn request(&self, resident: &Resident, job: JobKind, strangers: Strangers) -> Option<Request> {
        let terms = self.terms.iter().find(|terms| terms.kind == job)?.clone();
        Some(Request { resident: Some(resident.id), at: resident.at, terms, strangers, not_these: BTreeSet::new() })
    }

    /// Places one visit with the best member that `suits`; false when nobody does.
    fn place(
        &mut self,
        resident: &Resident,
        job: JobKind,
        window: Span,
        stand: Stand,
        suits: impl Fn(&Candidate) -> bool,
    ) -> bool {
        let Some(request) = self.request(resident, job, Strangers::Welcome) else { return false };
        // What happens today or before was ordered in time for it.
        let ordered = self.now.min(window.start - Minutes(26 * 60));
        self.snapshot.now = if window.start > self.now + Minutes(24 * 60) { self.now } else { ordered };
        let found = candidates(&self.snapshot, &request, window).into_iter().find(suits);
        let Some(chosen) = found else { return false };
        let ordered = if stand == Stand::Agreed { ordered } else { self.now - Minutes(20) };
        self.write(resident, request, window, ordered, &chosen, stand);
        true
    }

    fn write(
        &mut self,
        resident: &Resident,
        request: Request,
        window: Span,
        ordered: Moment,
        chosen: &Candidate,
        stand: Stand,
    ) {
        let visit = VisitId::from_random(self.random.bytes());
        let offer = OfferId::from_random(self.random.bytes());
        let held = Held { member: chosen.member, start: chosen.start };
        let length = request.terms.minutes;
        let offered = ordered + Minutes(5);
        let expires = offer_expiry(offered, held.start, |from, length| self.zone.after_offer_hours(from, length));
        let on_way = held.start - chosen.insertion.travel_in;
        let late = Minutes(i64::from(self.random.below(10)));
        let done = held.start + length + late;
        let mut events = vec![(ordered, "ordered")];
        let mut feedback = None;
        let state = match stand {
            Stand::Reserved => VisitState::Reserved { held, until: self.offer_hours.reserved_until(self.now) },
            Stand::Offered => VisitState::Offered { held, offer, expires },
            Stand::Agreed if done <= self.now => {
                feedback = (self.random.below(10) < 7).then(|| 5 - u8::try_from(self.random.below(8) / 4).unwrap_or(0));
                VisitState::Done { held, done, worked: length + late }
            }
            Stand::Agreed if on_way <= self.now => {
                VisitState::UnderWay { held, on_way, started: (held.start <= self.now).then_some(held.start) }
            }
            Stand::Agreed => VisitState::Agreed { held },
        };
        events.push((offered, if stand == Stand::Reserved { "reserved" } else { "offered" }));
        if stand == Stand::Agreed {
            let steps =
                [(offered + Minutes(25), "agreed"), (on_way, "on_way"), (held.start, "started"), (done, "done")];
            events.extend(steps.into_iter().filter(|(at, _)| *at <= self.now));
        }
        // Two in a hundred of what was agreed was called off in time.
        let off = matches!(state, VisitState::Agreed { .. }) && self.random.below(50) == 0;
        let state = if off {
            events.push((self.now, "cancelled"));
            VisitState::Cancelled(Cancelled { at: self.now, by: WhoCancelled::Resident })
        } else {
            state
        };
        if !off {
            self.remember(resident, &request, visit, held, matches!(state, VisitState::Done { .. }));
        }
        let past = PastVisit {
            order: OrderId::from_random(self.random.bytes()),
            visit,
            resident: resident.id,
            home: resident.home,
            contact: resident.contact,
            strangers_welcome: true,
            terms: request.terms,
            window,
            slip: self.slip(),
            ordered,
            state,
            block: None,
            on_way: Some((on_way, held.start)),
            ring_by: (stand == Stand::Reserved).then(|| self.offer_hours.ring_by(self.now)),
            reasons: Some(chosen.reasons.clone()),
            failure: None,
            feedback,
            events,
        };
        let offer = (stand != Stand::Reserved && !off).then_some((offer, offered, expires));
        self.visits.push(Placed { past, offer, district: resident.district.clone() });
    }

    /// The visit takes its member's time from now on; and whoever has been somewhere is known there.
    fn remember(&mut self, resident: &Resident, request: &Request, visit: VisitId, held: Held, done: bool) {
        let Some(member) = self.snapshot.members.iter_mut().find(|member| member.id == held.member) else { return };
        member.visits.push(PlannedVisit {
            id: visit,
            start: held.start,
            minutes: request.terms.minutes,
            effort: request.terms.effort,
            at: resident.at,
            pay: request.terms.pay,
        });
        member.visits.sort_by_key(|visit| (visit.start, visit.id));
        if done {
            *member.knows.entry(resident.id).or_default() += 1;
        }
    }

    /// Two requests that nobody can take: who want somebody they know where nobody is known yet, at an hour to come.
    fn stuck(&mut self) {
        self.snapshot.now = self.now;
        let mut left = 2;
        for (days, hour, job) in
            [(2, 18, JobKind::AccompanyDoctor), (3, 7, JobKind::CleaningThorough), (1, 15, JobKind::ShoppingTogether)]
        {
            for resident in self.residents.clone().into_iter().skip(20) {
                let Some(request) = self.request(&resident, job, Strangers::OnlyFamiliar) else { continue };
                let window = Span::lasting(self.at(self.date(days), hour), Minutes(60));
                if left == 0 || !candidates(&self.snapshot, &request, window).is_empty() {
                    continue;
                }
                let failure = why_nobody(&self.snapshot, &request, &[window]);
                left -= 1;
                let ordered = self.now - Minutes(45);
                let past = PastVisit {
                    order: OrderId::from_random(self.random.bytes()),
                    visit: VisitId::from_random(self.random.bytes()),
                    resident: resident.id,
                    home: resident.home,
                    contact: resident.contact,
                    strangers_welcome: false,
                    terms: request.terms,
                    window,
                    slip: self.slip(),
                    ordered,
                    state: VisitState::Open,
                    block: None,
                    on_way: None,
                    ring_by: Some(self.offer_hours.ring_by(self.now)),
                    reasons: None,
                    failure: Some(failure),
                    feedback: None,
                    events: vec![(ordered, "ordered"), (ordered, "nobody_found")],
                };
                self.visits.push(Placed { past, offer: None, district: resident.district.clone() });
                break;
            }
        }
    }

    fn slip(&mut self) -> SlipCode {
        loop {
            let slip = SlipCode::from_random(u32::from_le_bytes(self.random.bytes()));
            if self.slips.insert(slip.to_string()) {
                return slip;
            }
        }
    }

    /// What each visit takes of its member's day.
    fn blocks(&self) -> BTreeMap<VisitId, Span> {
        let mut blocks = BTreeMap::new();
        for member in &self.snapshot.members {
            let mut days: BTreeMap<NaiveDate, Vec<PlannedVisit>> = BTreeMap::new();
            for visit in &member.visits {
                days.entry(self.zone.date(visit.start)).or_default().push(*visit);
            }
            for day in days.values() {
                blocks.extend(
                    day_blocks(member.home, member.mode, day).into_iter().map(|block| (block.visit, block.span)),
                );
            }
        }
        blocks
    }
}
