//! Every route that the search leaves behind is sound, every sum is what a count from nothing finds, and the constant-time
//! test says what a whole schedule says.

use crate::{
    Evaluations,
    chance::Chance,
    routes::{
        Account, Ground, Job, Options, Pace, Parts, Problem, Purse, Run, Shift, Told, first_plan, schedule::Route,
        search, search::standing,
    },
};

fn number(chance: &mut Chance, end: usize) -> i32 {
    i32::try_from(chance.below(end)).unwrap()
}

/// A small week: three workers of two days each, tight caps, several windows, told and pinned jobs.
fn small(seed: u64, grid: i32) -> Problem {
    let mut chance = Chance::new(seed);
    let draw = &mut chance;
    let places = 26;
    let points = (0..places).map(|_| [f64::from(number(draw, 5_000)), f64::from(number(draw, 5_000))]).collect();
    let pace = |seconds_a_metre, start_seconds| Pace { seconds_a_metre, start_seconds };
    let ground = Ground::plane(points, vec![pace(0.9, 0), pace(0.3, 90)]).unwrap();
    let day = 86_400;
    let shifts: Vec<Shift> = (0..6_u32)
        .map(|n| {
            let (worker, date) = (n / 2, i32::try_from(n % 2).unwrap());
            let from = date * day + 28_000 + number(draw, 8_000);
            Shift {
                worker,
                profile: worker % 2,
                skills: u64::from(worker) + 1,
                from: 20 + n / 2,
                to: 20 + n / 2,
                leaves: date * day,
                home_by: (date + 1) * day - 600,
                hours: vec![(from, from + 9_000), (from + 10_000, from + 20_000)],
                most_jobs: 5,
                most_seconds: 12_000,
                gap: number(draw, 900),
                account: Some(worker),
                purse: (worker == 0).then_some(0),
                run: Some((worker, u32::try_from(date).unwrap())),
            }
        })
        .collect();
    let jobs = (0..20_u32)
        .map(|place| {
            let windows = 1 + number(draw, 2);
            let starts = (0..windows)
                .map(|n| {
                    let first = n * day + 28_000 + number(draw, 15_000);
                    (first, first + 1_000 + number(draw, 9_000))
                })
                .collect();
            let told = match number(draw, 8) {
                0 => Told::Standing { shift: place % 6, start: shifts[place as usize % 6].hours[0].0 + 1_001 },
                1 => Told::Worker(place % 3),
                2 if place < 3 => Told::Pinned { shift: place * 2, start: shifts[place as usize * 2].hours[1].0 + 77 },
                _ => Told::Nothing,
            };
            Job {
                place,
                seconds: 600 + number(draw, 3_000),
                starts,
                skills: u64::from(number(draw, 4) == 0),
                only: None,
                urgency: 1 + number(draw, 3).cast_unsigned(),
                heavy: number(draw, 3) == 0,
                pay: i64::from(number(draw, 50)),
                familiar: vec![(place % 3, 5_000)],
                told,
            }
        })
        .collect();
    let account = Account {
        most_jobs: 7,
        most_seconds: 20_000,
        most_heavy: 2,
        wished: Some(15_000),
        used_jobs: 1,
        used_seconds: 1_800,
        used_heavy: 0,
    };
    let run = Run { most: 2, used: vec![0, 0, 1] };
    Problem::new(Parts {
        jobs,
        shifts,
        accounts: vec![account; 3],
        purses: vec![Purse { most: 100, used: 10 }],
        runs: vec![run.clone(), Run { used: vec![0, 0, 0], ..run.clone() }, Run { most: 3, ..run }],
        workers: 3,
        grid,
        ground,
    })
    .unwrap()
}

#[test]
fn what_the_search_leaves_is_sound_and_summed_rightly() {
    for seed in 0..150 {
        let problem = small(seed, if seed % 2 == 0 { 1 } else { 300 });
        let options = Options { seed, ..Options::default() };
        let found = search(&problem, &options, &mut Evaluations(400));
        assert!(found.score <= first_plan(&problem).score);
        // Built again from nothing, stop by stop: the same routes and the same sums.
        let draft = standing(&problem, &found.shifts);
        assert_eq!(draft.score, found.score, "seed {seed}");
        assert_eq!(draft.undone.len(), found.undone.len());
        for (shift, route) in (0..).zip(&draft.routes) {
            assert!(route.sound(&problem, shift), "seed {seed}, shift {shift}: {route:?}");
        }
        let placed: usize = found.shifts.iter().map(Vec::len).sum();
        assert_eq!(placed + found.undone.len(), 20);
    }
}

#[test]
fn the_constant_time_test_says_what_a_whole_schedule_says() {
    let (mut fits, mut tested) = (0, 0);
    for seed in 0..200 {
        let problem = small(seed, if seed % 2 == 0 { 1 } else { 300 });
        let found = search(&problem, &Options { seed, ..Options::default() }, &mut Evaluations(100));
        let draft = standing(&problem, &found.shifts);
        for (shift, route) in (0..).zip(&draft.routes) {
            for job in found
                .undone
                .iter()
                .copied()
                .chain(0..20)
                .filter(|job| !draft.routes.iter().any(|route| has(route, *job)))
            {
                for position in 0..=route.stops.len() {
                    let said = route.fit_at(&problem, shift, position, job).is_some();
                    let order: Vec<u32> = route.stops.iter().map(|stop| stop.job).collect();
                    let mut tried = order.clone();
                    tried.insert(position, job);
                    assert_eq!(said, can_be_kept(&problem, shift, &tried), "seed {seed}");
                    fits += usize::from(said);
                    tested += 1;
                }
            }
        }
    }
    assert!(fits > 500 && tested > 2 * fits, "{fits} of {tested}");
}

fn has(route: &Route, job: u32) -> bool {
    route.stops.iter().any(|stop| stop.job == job)
}

/// The whole schedule, from the first stop to the last, second by allowed second.
fn can_be_kept(problem: &Problem, shift: u32, jobs: &[u32]) -> bool {
    let data = &problem.shifts[shift as usize];
    let (mut ready, mut place) = (data.leaves, data.from);
    for (n, job) in jobs.iter().enumerate() {
        let work = &problem.jobs[*job as usize];
        let arrival = ready + problem.way(data.profile, place, work.place);
        let Some(start) = problem.next_start(*job, shift, arrival) else { return false };
        let rest = if n + 1 < jobs.len() { data.gap } else { 0 };
        ready = start + work.seconds + rest;
        place = work.place;
    }
    jobs.is_empty() || ready + problem.way(data.profile, place, data.to) <= data.home_by
}

#[test]
fn the_same_seed_finds_the_same() {
    let problem = small(3, 300);
    let options = Options { seed: 9, ..Options::default() };
    let found = search(&problem, &options, &mut Evaluations(500));
    assert_eq!(search(&problem, &options, &mut Evaluations(500)), found);
}
