//! Two suites of one checkout, at the same time.

use local::progress::Progress;

use crate::{
    access, drain,
    support::{forget, options, start},
};

#[tokio::test(flavor = "multi_thread")]
async fn two_suites_run_beside_each_other_keep_everybody_in_his_own_and_become_quiet() {
    let (one, other) = (options("one"), options("other"));
    let (suite, beside) = tokio::join!(start(&one), start(&other));
    assert_ne!(suite.part("kafka").unwrap(), beside.part("kafka").unwrap());
    tokio::join!(access::each_stays_in_its_own(&suite, &beside), drain::waits_for_what_is_left(&beside));
    let silent = Progress::silent();
    let (first, second) = tokio::join!(suite.stop(&silent), beside.stop(&silent));
    first.and(second).unwrap();
    tokio::join!(forget(&one), forget(&other));
}
