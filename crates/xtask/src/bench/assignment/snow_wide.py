"""A snow morning of any size: points instead of a matrix, and VROOM on it.

snow_wide.py make JOBS WORKERS SEED OUT.json      the jobs, workers and ways of gensnow.py, told by their points
snow_wide.py vroom FILE SECONDS LEVEL             one thread; prints the judgement as JSON
snow_wide.py check FILE ROUTES.json               judges {worker: [job, ...]}
"""
import datetime
import json
import math
import random
import sys
import time

SPEEDS = ((5 / 3.6, 0), (12 / 3.6, 20), (25 / 3.6, 90))
DETOUR = 1.3


def make(jobs, workers, seed):
    chance, wide, high = random.Random(seed), 9000.0, 7000.0
    clusters = [(chance.uniform(.1, .9) * wide, chance.uniform(.1, .9) * high) for _ in range(max(5, jobs // 30))]

    def point(spread, clustered):
        if chance.random() < clustered:
            x, y = chance.choice(clusters)
            return (min(wide, max(0, chance.gauss(x, spread))), min(high, max(0, chance.gauss(y, spread))))
        return (chance.uniform(0, wide), chance.uniform(0, high))

    points = [point(350, .75) for _ in range(jobs)] + [point(500, .6) for _ in range(workers)]
    yards = []
    for _ in range(jobs):
        share = chance.random()
        until = 3 * 3600 if share < .3 else (int(4.5 * 3600) if share < .8 else 6 * 3600)
        length = chance.choice([10, 15, 15, 20, 20, 25, 30]) * 60
        skills = [skill for skill, often in ((1, .25), (2, .15)) if chance.random() < often]
        yards.append(dict(dur=length, s=3600, e=until - length, sk=skills))
    people = []
    for worker in range(workers):
        start, hours = 2700 + 900 * chance.randint(0, 6), chance.choice([2.5, 3, 3.5, 4, 4.5, 5])
        mode = chance.choices([0, 1, 2], [.2, .3, .5])[0]
        skills = [skill for skill, often in ((1, .45), (2, .65)) if chance.random() < often]
        people.append(dict(home=jobs + worker, mode=mode, s=start, e=int(start + hours * 3600), sk=skills,
                           maxj=chance.randint(7, 12)))
    return dict(n=jobs, w=workers, xy=points, speeds=SPEEDS, detour=DETOUR, jobs=yards, workers=people)


class Ways:
    """Rows of a matrix that isn't there."""

    def __init__(self, morning, mode):
        self.points, (self.speed, self.lost) = morning['xy'], morning['speeds'][mode]
        self.detour = morning['detour']

    def __call__(self, one, other):
        if one == other:
            return 0
        return int(round(self.detour * math.dist(self.points[one], self.points[other]) / self.speed)) + self.lost


def check(morning, routes):
    ways = [Ways(morning, mode) for mode in range(len(SPEEDS))]
    seen, travel, broken = set(), 0, 0
    for worker, route in routes.items():
        person = morning['workers'][worker]
        way, at, now = ways[person['mode']], person['home'], person['s']
        broken += len(route) > person['maxj']
        for job in route:
            yard = morning['jobs'][job]
            assert job not in seen, f'job {job} twice'
            seen.add(job)
            travel += way(at, job)
            now = max(now + way(at, job), yard['s'])
            broken += now > yard['e'] or not set(yard['sk']) <= set(person['sk'])
            now, at = now + yard['dur'], job
        if route:
            travel += way(at, person['home'])
            broken += now + way(at, person['home']) > person['e']
    return dict(travel_s=travel, unassigned=morning['n'] - len(seen), violations=broken)


def run_vroom(morning, seconds, level):
    import numpy as np
    import vroom

    points = np.array(morning['xy'])
    problem = vroom.Input()
    for name, (speed, lost) in zip(('walk', 'bike', 'car'), morning['speeds']):
        matrix = np.empty((len(points), len(points)), dtype=np.uint32)
        for row, point in enumerate(points):
            matrix[row] = np.rint(morning['detour'] * np.hypot(*(points - point).T) / speed) + lost
        np.fill_diagonal(matrix, 0)
        problem.set_durations_matrix(profile=name, matrix_input=matrix)
    problem.add_vehicle([
        vroom.Vehicle(worker, start=person['home'], end=person['home'],
                      profile=('walk', 'bike', 'car')[person['mode']], skills=set(person['sk']),
                      time_window=vroom.TimeWindow(person['s'], person['e']), max_tasks=person['maxj'])
        for worker, person in enumerate(morning['workers'])
    ])
    problem.add_job([
        vroom.Job(job, location=job, default_service=yard['dur'], skills=set(yard['sk']),
                  time_windows=[vroom.TimeWindow(yard['s'], yard['e'])])
        for job, yard in enumerate(morning['jobs'])
    ])
    began = time.process_time()
    solution = problem.solve(exploration_level=level, nb_threads=1, timeout=datetime.timedelta(seconds=seconds))
    spent, steps = time.process_time() - began, solution.routes
    jobs = steps[steps.type == 'job']
    routes = {int(worker): list(map(int, own.id)) for worker, own in jobs.groupby('vehicle_id')}
    return dict(cpu=round(spent, 1), **check(morning, routes))


if __name__ == '__main__':
    what, arguments = sys.argv[1], sys.argv[2:]
    if what == 'make':
        with open(arguments[3], 'w') as out:
            json.dump(make(*map(int, arguments[:3])), out)
    else:
        with open(arguments[0]) as file:
            morning = json.load(file)
        if what == 'vroom':
            print(json.dumps(run_vroom(morning, float(arguments[1]), int(arguments[2]))))
        else:
            with open(arguments[1]) as file:
                print(json.dumps(check(morning, {int(k): v for k, v in json.load(file).items()})))
