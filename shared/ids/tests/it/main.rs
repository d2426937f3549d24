//! Every code as people mistype it.

mod mistyped;
