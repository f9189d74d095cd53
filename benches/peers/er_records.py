"""er_records.py N FILE: the seeded synthetic persons on which other record linkage is measured, as CSV.

30 % of the records are further records of persons who are there already, with typing errors, and without phone or birth
date here and there. `id` is the record, `person` is who it is in truth. Needs numpy and pandas.
"""
import sys

import numpy as np
import pandas as pd

SYLLABLES = np.array("ka ri mo ta lu no pe sha vin dor bel gra ni so chi wa zu mar ton fel".split())


def records(count):
    rng = np.random.default_rng(21)

    def names(k):
        return np.array(["".join(rng.choice(SYLLABLES, rng.integers(2, 4))).capitalize() for _ in range(k)])

    def weights(k):
        p = 1 / np.arange(1, k + 1) ** 0.7
        return p / p.sum()

    def typing_error(text):
        i = rng.integers(0, len(text))
        return text[:i] + rng.choice(list("abcdefghijklmnopqrstuvwxyz")) + text[i + 1 :]

    given, family, city = names(800), names(6000), names(400)
    persons = int(count * 0.7)
    first = pd.DataFrame(
        dict(
            first_name=rng.choice(given, persons, p=weights(800)),
            surname=rng.choice(family, persons, p=weights(6000)),
            dob=pd.to_datetime(rng.integers(-631152000, 1104537600, persons), unit="s").strftime("%Y-%m-%d"),
            city=rng.choice(city, persons, p=weights(400)),
            phone=rng.integers(10**8, 10**9, persons).astype(str),
        )
    )
    first["person"] = np.arange(persons)
    again = first.iloc[rng.integers(0, persons, count - persons)].copy()
    for column, share in (("first_name", 0.2), ("surname", 0.2), ("city", 0.1)):
        wrong = rng.random(len(again)) < share
        again.loc[wrong, column] = [typing_error(text) for text in again.loc[wrong, column]]
    again.loc[rng.random(len(again)) < 0.15, "phone"] = None
    again.loc[rng.random(len(again)) < 0.1, "dob"] = None
    both = pd.concat([first, again], ignore_index=True).sample(frac=1, random_state=1).reset_index(drop=True)
    both.insert(0, "id", [f"r{row:08}" for row in range(len(both))])
    return both


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    records(int(sys.argv[1])).to_csv(sys.argv[2], index=False)
