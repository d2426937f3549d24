//! A plan as large as a construction project's.

use casework::{Theme, ThemeDraft};

use crate::hall::Hall;

/// 103 tasks in one department each: chains with alternatives, and some that run inside others.
fn large() -> Theme {
    let mut text = String::from("code = \"large\"\nversion = 3\nzh = \"大\"\nen = \"large\"\n");
    for i in 0..103_usize {
        text += &format!("[[role]]\ncode = \"r{i}\"\nzh = \"角色\"\nen = \"role\"\ndepartment = \"D{i}\"\n");
    }
    for i in 0..103_usize {
        text += &format!("[[task]]\ncode = \"T{i}\"\nzh = \"事项\"\nen = \"item\"\nrole = \"r{i}\"\n");
        text += "promised = { working_days = 2 }\n";
        if i >= 3 && i % 10 == 0 {
            text += &format!("starts_with = [\"T{}\"]\n", i - 3);
        } else if i >= 3 {
            text += &format!("after = [\"T{}|T{}\"]\n", i - 3, i - 2);
        }
    }
    Theme::check(toml::from_str::<ThemeDraft>(&text).unwrap()).unwrap()
}

#[test]
fn a_hundred_and_three_tasks_end_in_order_and_each_step_touches_few_rows() {
    let theme = large();
    let mut hall = Hall::open(&theme, theme.all().cloned().collect(), theme.bindings());
    hall.case.take_changed();
    let mut most = 0;
    while !hall.case.is_over() {
        let open = hall.case.tasks().iter().find(|task| task.is_open()).map(|task| task.code.to_string());
        hall.minutes(1).decide(&open.expect("a case that is not over waits for somebody"));
        most = most.max(hall.case.take_changed().tasks.len());
    }
    assert_eq!(hall.phase(), "closed");
    assert!(most <= 6, "one decision changed {most} rows");
}
