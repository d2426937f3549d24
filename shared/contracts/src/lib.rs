//! What services and departments say to each other: the protobuf types of `proto/`, the topics they travel on, and the
//! CloudEvents attributes that travel with them.

pub mod account;
pub mod applicants;
pub mod calendar;
pub mod event;
pub mod links;
pub mod materials;
pub mod names;
pub mod notification;
pub mod replies;
pub mod schema;
pub mod seal;
pub mod time;
pub mod topics;
pub mod words;

/// The task conversation between the owner of a process and a department.
pub mod task {
    pub mod v1 {
        #![expect(clippy::all, reason = "generated")]
        include!(concat!(env!("OUT_DIR"), "/wutong.task.v1.rs"));
    }
}

/// The front desk.
pub mod intake {
    pub mod v1 {
        include!(concat!(env!("OUT_DIR"), "/wutong.intake.v1.rs"));
    }
}

/// Items and themes.
pub mod catalogue {
    pub mod v1 {
        include!(concat!(env!("OUT_DIR"), "/wutong.catalogue.v1.rs"));
    }
}

/// The public account of processes.
pub mod process {
    pub mod v1 {
        #![expect(clippy::all, reason = "generated")]
        include!(concat!(env!("OUT_DIR"), "/wutong.process.v1.rs"));
    }
}

/// Company openings, as they were told before there was one public account.
pub mod registration {
    pub mod v1 {
        #![expect(clippy::all, reason = "generated")]
        include!(concat!(env!("OUT_DIR"), "/wutong.registration.v1.rs"));
    }
}

/// Construction projects, as they were told before there was one public account.
pub mod construction {
    pub mod v1 {
        include!(concat!(env!("OUT_DIR"), "/wutong.construction.v1.rs"));
    }
}
