use argosy_desk::{DeskError, NewBooking};

use crate::support::on_both;

fn mystery(line: &str) -> NewBooking {
    NewBooking {
        channel: "amazon".to_owned(),
        fee_type: Some("ItemFees/Mystery".to_owned()),
        transaction: None,
        line: line.to_owned(),
        note: Some(" asked support ".to_owned()),
    }
}

on_both! {
    async fn an_unknown_fee_is_booked_once_and_booking_it_anew_moves_it(bench: Bench) {
        let desk = &bench.desk;
        let first = desk.book(&mystery("closing_fee"), "1").await.unwrap();
        let again = desk.book(&mystery("closing_fee"), "1").await;
        assert!(matches!(again, Err(DeskError::Refused(text)) if text.contains("already")));
        let second = desk.book(&mystery("payment_fee"), "2").await.unwrap();

        let [now] = desk.bookings().await.unwrap().try_into().unwrap();
        assert_eq!((now.id, now.line.as_str(), now.who.as_str()), (second, "payment_fee", "2"));
        assert_eq!((now.transaction, now.note.as_deref()), (None, Some("asked support")));
        let history = desk.booking_history().await.unwrap();
        assert_eq!(history.iter().map(|one| one.id).collect::<Vec<_>>(), [second, first]);
        assert_eq!(history[1].revoked_by.as_deref(), Some("2"));
        assert!(desk.verify_audit().await.is_ok());
    }
}

on_both! {
    async fn a_booking_taken_back_is_out_of_force_and_stays_in_the_history(bench: Bench) {
        let desk = &bench.desk;
        let id = desk.book(&mystery("closing_fee"), "1").await.unwrap();
        desk.unbook(id, "3").await.unwrap();
        assert!(desk.bookings().await.unwrap().is_empty());
        assert!(matches!(desk.unbook(id, "3").await, Err(DeskError::NotFound { .. })));
        let history = desk.booking_history().await.unwrap();
        assert_eq!(history[0].revoked_by.as_deref(), Some("3"));
        desk.book(&mystery("closing_fee"), "1").await.unwrap();
        assert_eq!(desk.bookings().await.unwrap().len(), 1);
    }
}
