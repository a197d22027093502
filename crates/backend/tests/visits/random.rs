//! Whatever is done in whatever order: nothing overlaps, nobody's limits are overstepped, everybody is told once, and the
//! two databases answer alike.

use std::sync::Mutex;

use backend::{
    Caller, Error, LimitsForm, PlanningState, Sent,
    testing::{
        TestBackend, both_databases,
        world::{Member, every_day, member},
    },
};
use domain::{JobKind, Limits, Minutes, Moment, OrderId, TravelMode, VisitState};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::support::{at, history, soak};

/// What may be done. Changing one's limits afterwards is told apart: what was agreed before stays, though it is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    KeepLimits,
    ChangeLimits,
}

struct Town {
    random: ChaCha8Rng,
    residents: Vec<Caller>,
    members: Vec<Caller>,
    pekka: Caller,
    orders: Vec<(Caller, OrderId)>,
    log: Vec<String>,
}

impl Town {
    async fn new(test: &TestBackend, seed: u64) -> Self {
        test.with_jobs(Minutes(60)).await;
        let mut members = Vec::new();
        let caps = [
            Limits::default(),
            Limits { visits_a_day: Some(2), gap: Minutes(30), ..Limits::default() },
            Limits { minutes_a_week: Some(Minutes(300)), days_in_row: Some(2), ..Limits::default() },
            Limits { heavy_a_week: Some(1), minutes_a_day: Some(Minutes(120)), ..Limits::default() },
        ];
        for (number, limits) in caps.into_iter().enumerate() {
            let mode = [TravelMode::Walk, TravelMode::Bike, TravelMode::Car][number % 3];
            let home = format!("Tervakukkatie {}", number * 15 + 1);
            let from = 8 + u16::try_from(number).unwrap();
            let one =
                Member { home, mode, limits, hours: every_day(from, from + 8), ..member(&format!("Jäsen{number}")) };
            members.push(test.member(one).await);
        }
        let mut residents = Vec::new();
        for number in 0..6 {
            residents.push(test.resident("Aino", number * 9 + 2).await);
        }
        let random = ChaCha8Rng::seed_from_u64(seed);
        Self { random, residents, members, pekka: test.coordinator().await, orders: Vec::new(), log: Vec::new() }
    }

    fn one<'a, T>(random: &mut ChaCha8Rng, among: &'a [T]) -> Option<&'a T> {
        if among.is_empty() { None } else { among.get(random.random_range(0..among.len())) }
    }

    fn note<T>(&mut self, what: &str, answer: Result<T, Error>) -> Option<T> {
        match answer {
            Ok(done) => {
                self.log.push(format!("{what}: done"));
                Some(done)
            }
            Err(Error::Refused(refusal)) => {
                self.log.push(format!("{what}: {refusal:?}"));
                None
            }
            Err(Error::Broken(broken)) => panic!("{what}: {broken:?}"),
        }
    }

    fn some_window(&mut self) -> Moment {
        let (day, hour) = (self.random.random_range(0..5_i64), self.random.random_range(7..19_i64));
        at("2026-11-23T00:00") + Minutes((day * 24 + hour) * 60)
    }

    async fn act(&mut self, test: &TestBackend, may: May) {
        let backend = &test.backend;
        match self.random.random_range(0..100) {
            0..28 => {
                let resident = Self::one(&mut self.random, &self.residents).unwrap().clone();
                let job = if self.random.random_bool(0.3) { JobKind::SnowYard } else { JobKind::CleaningUsual };
                let window = self.some_window();
                let key = test.draft(&resident, job, window).await;
                let sent = backend.send_order(&resident, &key.to_string(), "client").await;
                if let Some(Sent::Ordered(order)) = self.note("order", sent) {
                    self.orders.push((resident, order));
                }
            }
            28..62 => self.as_member(test, may).await,
            62..72 => {
                let minutes = self.random.random_range(5..150);
                test.clock.advance(Minutes(minutes));
                let report = backend.tick().await;
                self.log.push(format!("{:?}", report.as_ref().ok()));
                self.note("tick", report);
            }
            72..76 => self.at_the_desk(test).await,
            _ => self.with_an_order(test).await,
        }
    }

    async fn as_member(&mut self, test: &TestBackend, may: May) {
        let backend = &test.backend;
        let member = Self::one(&mut self.random, &self.members).unwrap().clone();
        let offers = backend.offers(&member).await.unwrap();
        let what = self.random.random_range(0..100);
        if let (Some(offer), 0..65) = (Self::one(&mut self.random, &offers), what) {
            let offer = offer.offer.to_string();
            if what < 45 {
                let answer = backend.accept_offer(&member, &offer).await;
                self.note("accept", answer);
            } else {
                let answer = backend.decline_offer(&member, &offer).await;
                self.note("decline", answer);
            }
            return;
        }
        let today = backend.zone().date(test.clock.now());
        let day = backend.day(&member, today).await.unwrap();
        if let (Some(visit), 0..85) = (day.visits.iter().find(|visit| visit.state.next_step().is_some()), what) {
            let step = visit.state.next_step().unwrap();
            let answer = backend.take_step(&member, &visit.visit.to_string(), step.code(), None).await;
            self.note(step.code(), answer);
        } else if let (Some(next), 0..93) = (&day.next, what) {
            let answer = backend.give_back(&member, &next.visit.to_string()).await;
            self.note("give back", answer);
        } else if may == May::ChangeLimits {
            let strength = ["normal", "less", "pause"][self.random.random_range(0..3)];
            let answer = backend.set_strength(&member, strength).await;
            self.note(strength, answer);
            let visits_a_day = ["", "1", "3"][self.random.random_range(0..3)].to_owned();
            let form = LimitsForm { visits_a_day, heaviest: "heavy".to_owned(), ..LimitsForm::default() };
            let answer = backend.set_limits(&member, form).await;
            self.note("limits", answer);
        }
    }

    /// Somebody is away, or back; or helpers are looked for, and what is found is taken.
    async fn at_the_desk(&mut self, test: &TestBackend) {
        let backend = &test.backend;
        let member = Self::one(&mut self.random, &self.members).unwrap().person.as_ref().unwrap().id.to_string();
        match self.random.random_range(0..4) {
            0 => {
                let answer = backend.mark_away(&self.pekka, &member, "1").await;
                if let Some(Some(run)) = self.note("away", answer) {
                    self.take_the_plan(test, &run.to_string()).await;
                }
            }
            1 => {
                let answer = backend.mark_back(&self.pekka, &member).await;
                self.note("back", answer);
            }
            _ => {
                let open = backend.to_plan(&self.pekka).await.unwrap();
                let visits: Vec<String> = open.visits.iter().map(|visit| visit.visit.to_string()).collect();
                let answer = backend.plan_these(&self.pekka, &visits, "may").await;
                if let Some(run) = self.note("plan", answer) {
                    self.take_the_plan(test, &run.to_string()).await;
                }
            }
        }
    }

    async fn take_the_plan(&mut self, test: &TestBackend, run: &str) {
        let options = loop {
            match test.backend.planning(&self.pekka, run).await.unwrap().state {
                PlanningState::Running { .. } => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
                PlanningState::Ready { options } => break options,
                over => panic!("{}: {over:?}", test.kind),
            }
        };
        let best = options.last().expect("one end of the trade at least");
        self.log.push(format!("found {}, left {}, others {}", best.placed(), best.left(), best.others()));
        let taken = test.backend.accept_plan(&self.pekka, run, best.choice.code()).await;
        self.note("accept the plan", taken);
        let PlanningState::Accepted { changed, .. } = test.backend.planning(&self.pekka, run).await.unwrap().state
        else {
            panic!("{}: accepted", test.kind)
        };
        assert_eq!(changed.len(), 0, "{}: nothing has changed since, so all of it can be had", test.kind);
    }

    async fn with_an_order(&mut self, test: &TestBackend) {
        let backend = &test.backend;
        let Some((resident, order)) = Self::one(&mut self.random, &self.orders).cloned() else { return };
        let view = backend.order_visit(&resident, &order.to_string()).await.unwrap();
        let visit = view.visit.to_string();
        // Now and then from a stale page.
        let version = view.version - i64::from(self.random.random_bool(0.1));
        let version = version.to_string();
        match self.random.random_range(0..10) {
            0..2 => {
                let answer = backend.cancel_visit(&resident, &visit, &version).await;
                self.note("cancel", answer);
            }
            2..4 => {
                let time = self.some_window().seconds().to_string();
                let answer = backend.move_visit(&resident, &visit, &version, &time).await;
                self.note("move", answer);
            }
            4..6 => {
                let Ok(times) = backend.move_times(&resident, &visit).await else { return };
                let Some(time) = Self::one(&mut self.random, &times.windows) else { return };
                let time = time.window.start.seconds().to_string();
                let answer = backend.move_visit(&resident, &visit, &view.version.to_string(), &time).await;
                assert!(answer.is_ok(), "{}: a time that was offered can't be had: {answer:?}", test.kind);
                self.note("move to an offered time", answer);
            }
            6..9 => {
                let member = Self::one(&mut self.random, &self.members).unwrap().person.as_ref().unwrap().id;
                let answer = backend.put_to(&self.pekka, &visit, &version, &member.to_string()).await;
                self.note("put to", answer);
            }
            _ => {
                let answer = backend.call_off(&self.pekka, &visit, &version, "Ei onnistu").await;
                self.note("call off", answer);
            }
        }
    }
}

async fn live(test: &TestBackend, seed: u64, acts: u32, may: May) -> Vec<String> {
    let mut town = Town::new(test, seed).await;
    for act in 1..=acts {
        town.act(test, may).await;
        if act % 60 == 0 {
            let orders: Vec<OrderId> = town.orders.iter().map(|(_, order)| *order).collect();
            history::check(test, &orders, may == May::ChangeLimits).await;
        }
    }
    let mut ends = [0; 5];
    for (resident, order) in &town.orders {
        let state = test.backend.order_visit(resident, &order.to_string()).await.unwrap().state;
        ends[match state {
            VisitState::Open => 0,
            VisitState::Offered { .. } | VisitState::Reserved { .. } => 1,
            VisitState::Agreed { .. } | VisitState::UnderWay { .. } => 2,
            VisitState::Done { .. } => 3,
            VisitState::Cancelled(_) => 4,
        }] += 1;
    }
    println!("{}, seed {seed}: open, asked, agreed, done, called off: {ends:?}", test.kind);
    assert!(ends.iter().filter(|many| **many > 0).count() >= 3, "a town in which something happens");
    town.log
}

async fn alike_on_both(seed: u64, acts: u32, may: May) {
    let logs = Mutex::new(Vec::new());
    both_databases(async |test| {
        let log = live(test, seed, acts, may).await;
        logs.lock().unwrap().push(log);
    })
    .await;
    let logs = logs.into_inner().unwrap();
    for other in logs.iter().skip(1) {
        assert_eq!(&logs[0], other, "the two databases answer differently");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_anything() {
    alike_on_both(soak::seed(1), 300, May::KeepLimits).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_in_which_members_change_their_minds() {
    alike_on_both(soak::seed(2), 240, May::ChangeLimits).await;
}
