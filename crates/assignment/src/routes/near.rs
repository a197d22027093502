//! What is near what: for each job the jobs and the shifts that are worth looking at first.
//!
//! Jobs are neighbours by the way between them (the first profile's, whichever the others are: what is near on foot is
//! near by car), and only if they can be on one day at all. Where the ground has points, a grid of cells with a few
//! places each is searched ring by ring; else every pair is asked.
#![expect(clippy::indexing_slicing, reason = "cells and places are counted here")]

use super::problem::Problem;

/// How many neighbours a job has, at most.
const JOBS: usize = 40;

/// How many shifts, at most, and of how many workers.
const SHIFTS: usize = 24;
const WORKERS: usize = 8;

/// Two jobs whose starts lie further apart than that aren't neighbours, in seconds: they are never in one shift.
const APART: i32 = 16 * 3600;

/// The neighbours of each job, the nearest first.
#[derive(Default)]
pub(super) struct Near {
    jobs: Vec<Vec<u32>>,
    shifts: Vec<Vec<u32>>,
}

/// Places sorted into square cells.
struct Cells {
    corner: [f64; 2],
    side: f64,
    columns: usize,
    rows: usize,
    /// The items of each cell, cell after cell, and where each begins.
    items: Vec<u32>,
    begins: Vec<usize>,
}

impl Near {
    pub(super) fn of(problem: &Problem) -> Self {
        let job_places: Vec<u32> = problem.work.iter().map(|work| work.place).collect();
        let home_of = |worker: &Vec<u32>| worker.first().map_or(0, |shift| problem.shifts[*shift as usize].from);
        let homes: Vec<u32> = problem.shifts_of.iter().map(home_of).collect();
        let together = |a: u32, b: u32| {
            let (a, b) = (&problem.work[a as usize], &problem.work[b as usize]);
            a.first_start - b.last_start < APART && b.first_start - a.last_start < APART
        };
        let jobs = nearest(problem, &job_places, &job_places, JOBS, |from, to| from != to && together(from, to));
        let workers = nearest(problem, &job_places, &homes, WORKERS, |job, worker| {
            problem.shifts_of[worker as usize].first().is_some_and(|shift| problem.may(job, *shift))
        });
        let shifts = (0..problem.jobs())
            .zip(workers)
            .map(|(job, workers)| {
                let work = &problem.work[job as usize];
                let open = |index: &u32| {
                    let shift = &problem.shifts[*index as usize];
                    shift
                        .hours
                        .iter()
                        .any(|(from, to)| *from <= work.last_start && to - work.seconds >= work.first_start)
                };
                let shifts = workers.iter().flat_map(|worker| &problem.shifts_of[*worker as usize]);
                shifts.copied().filter(open).take(SHIFTS).collect()
            })
            .collect();
        Self { jobs, shifts }
    }

    /// Neighbouring jobs.
    pub(super) fn jobs(&self, job: u32) -> &[u32] {
        &self.jobs[job as usize]
    }

    /// Shifts that start near, or have the job's worker.
    pub(super) fn shifts(&self, job: u32) -> &[u32] {
        &self.shifts[job as usize]
    }
}

/// For each `from` (an index into `from_places`) the nearest `to`s that `fits` admits.
fn nearest(
    problem: &Problem,
    from_places: &[u32],
    to_places: &[u32],
    count: usize,
    fits: impl Fn(u32, u32) -> bool,
) -> Vec<Vec<u32>> {
    let points = &problem.ground.points;
    let cells = (!points.is_empty()).then(|| Cells::new(points, to_places));
    let mut found: Vec<(i32, u32)> = Vec::new();
    let all: Vec<u32> = (0..u32::try_from(to_places.len()).unwrap_or(u32::MAX)).collect();
    let answer = (0_u32..).zip(from_places).map(|(from, place)| {
        found.clear();
        let mut consider = |to: u32| {
            if fits(from, to) {
                found.push((problem.way(0, *place, to_places[to as usize]), to));
            }
            found.len()
        };
        match &cells {
            Some(cells) => cells.around(points[*place as usize], count, &mut consider),
            None => all.iter().for_each(|to| {
                consider(*to);
            }),
        }
        if found.len() > count {
            found.select_nth_unstable(count);
            found.truncate(count);
        }
        found.sort_unstable();
        found.iter().map(|(_, to)| *to).collect()
    });
    answer.collect()
}

impl Cells {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "cells")]
    fn new(points: &[[f64; 2]], places: &[u32]) -> Self {
        let used = places.iter().map(|place| points[*place as usize]);
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for point in used {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let (width, height) = ((high[0] - low[0]).max(1.0), (high[1] - low[1]).max(1.0));
        // About four items a cell, and never more cells than items.
        let side = (width * height / (places.len() as f64 / 4.0).max(1.0)).sqrt().max(width.max(height) / 1_000.0);
        let (columns, rows) = ((width / side) as usize + 1, (height / side) as usize + 1);
        let mut cells = Self { corner: low, side, columns, rows, items: Vec::new(), begins: Vec::new() };
        let mut sorted: Vec<(usize, u32)> = (0_u32..)
            .zip(places)
            .map(|(item, place)| {
                let (column, row) = cells.cell(points[*place as usize]);
                (row * columns + column, item)
            })
            .collect();
        sorted.sort_unstable();
        cells.begins = (0..=columns * rows).map(|cell| sorted.partition_point(|(of, _)| *of < cell)).collect();
        cells.items = sorted.into_iter().map(|(_, item)| item).collect();
        cells
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the cells there are")]
    fn cell(&self, point: [f64; 2]) -> (usize, usize) {
        let index = |axis: usize, most: usize| {
            (((point[axis] - self.corner[axis]) / self.side).max(0.0) as usize).min(most - 1)
        };
        (index(0, self.columns), index(1, self.rows))
    }

    /// Looks at the items ring by ring until there are enough, and one ring more.
    fn around(&self, point: [f64; 2], enough: usize, consider: &mut impl FnMut(u32) -> usize) {
        let (column, row) = self.cell(point);
        let mut found = 0;
        let mut rings_more = 1;
        let mut looked = 0;
        for ring in 0..self.columns.max(self.rows) {
            for y in row.saturating_sub(ring)..=(row + ring).min(self.rows - 1) {
                let edge = y + ring == row || y == row + ring;
                let step = if edge || ring == 0 { 1 } else { 2 * ring };
                // Shifted by a row's width, so that it is never less than nothing where it matters.
                let first = (column + self.columns).saturating_sub(ring);
                for x in (first..=column + self.columns + ring).step_by(step) {
                    let Some(x) = x.checked_sub(self.columns).filter(|x| *x < self.columns) else { continue };
                    let cell = y * self.columns + x;
                    for item in &self.items[self.begins[cell]..self.begins[cell + 1]] {
                        looked += 1;
                        found = consider(*item);
                        // A thousand jobs in one house are all as near.
                        if looked > 20 * enough {
                            return;
                        }
                    }
                }
            }
            if found >= enough {
                if rings_more == 0 {
                    return;
                }
                rings_more -= 1;
            }
        }
    }
}
