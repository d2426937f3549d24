#!/usr/bin/env python3
"""Compares the calendar files with packages that others keep. Run by hand where a year is added:

    python3 -m venv /tmp/check && /tmp/check/bin/pip install chinesecalendar lunar_python lunardate ephem
    /tmp/check/bin/python shared/workdays/data/check.py
"""
import datetime, math, pathlib, sys, tomllib

import chinese_calendar
import ephem
from lunar_python import Lunar, Solar
from lunardate import LunarDate

HERE, faults, DAY = pathlib.Path(__file__).parent, [], datetime.timedelta(days=1)


def days(first, last):
    while first <= last:
        yield first
        first += DAY


def check_year(year, said):
    off = {day for row in said["holidays"] for day in days(row["from"], row["to"])}
    for day in days(datetime.date(year, 1, 1), datetime.date(year, 12, 31)):
        works = day in said["make_up"] or (day.weekday() < 5 and day not in off)
        if works != chinese_calendar.is_workday(day):
            faults.append(f"{day}: we say {'worked' if works else 'off'}, chinesecalendar says otherwise")


def qingming(year):
    """The day in Beijing on which the sun's apparent longitude reaches 15 degrees."""
    low, high = datetime.datetime(year, 4, 1), datetime.datetime(year, 4, 9)
    for _ in range(40):
        middle = low + (high - low) / 2
        sun = ephem.Sun()
        sun.compute(ephem.Date(middle), epoch=ephem.Date(middle))
        longitude = math.degrees(ephem.Ecliptic(sun, epoch=ephem.Date(middle)).lon)
        low, high = (middle, high) if longitude < 15 else (low, middle)
    return (low + datetime.timedelta(hours=8)).date()


def check_lunar(row):
    year = row["spring_festival"].year
    date = lambda text: datetime.date.fromisoformat(text[:10])
    term = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()["清明"].toYmdHms()
    if not row["qingming"] == date(term) == qingming(year):
        faults.append(f"{year}: Qingming is {term}")
    for name, month, day in [("spring_festival", 1, 1), ("dragon_boat", 5, 5), ("mid_autumn", 8, 15)]:
        known = {date(Lunar.fromYmd(year, month, day).getSolar().toYmd()), LunarDate(year, month, day).to_solar_date()}
        if known != {row[name]}:
            faults.append(f"{year}: {name} is {known}")


read = lambda name: tomllib.loads((HERE / name).read_text())
years = sorted(int(file.stem) for file in HERE.glob("2???.toml"))
for year in years:
    check_year(year, read(f"{year}.toml"))
statutory = read("statutory.toml")["lunar"]
for row in statutory:
    check_lunar(row)
print("\n".join(faults) or f"{len(years)} announced years and {len(statutory)} years of lunar days are as others have them")
sys.exit(bool(faults))
