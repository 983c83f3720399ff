// 签到, from the list and from a venue.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct CheckInTests {
    /// Runs with a policeman's phone on which no position comes while `isLocating` says so.
    private func heldBack(_ work: @MainActor (TestPhone, Phone) async throws -> Void) async throws {
        try await enrolled(as: Person.police) { _, test, phone in
            test.platform.isLocating = true
            test.platform.located = .fix(.atTheCafe())
            try await work(test, phone)
        }
    }

    @Test("Police see the nearest venues on top and check in with one tap")
    func checkIn() async throws {
        try await enrolled(as: Person.police) { hub, test, phone in
            let model = CheckInModel(phone)
            #expect(model.shown.venues.count == 2, "the list is there before the position")
            test.platform.located = .fix(.atTheCafe())
            await model.locate()
            #expect(model.shown.venues.map(\.name) == [Place.cafe, Place.arcade])
            model.write("门口已查看")
            await model.checkIn(model.shown.venues[0].venue)
            let done = DoneModel(phone, record: try phone.doneRecord())
            #expect(done.shown.page?.content?.note == "门口已查看")
            #expect(done.shown.page?.content?.evidence.grade == .onSite)
            await phone.uploader.upload()
            #expect(done.shown.page?.line.state.state == .received)
            #expect(try hub.verify())
        }
    }

    @Test("Check-in works without a position, and says which it is", arguments: [Located.none, .refused])
    func checkInWithoutPosition(located: Located) async throws {
        try await enrolled(as: Person.police) { _, test, phone in
            test.platform.located = located
            let model = CheckInModel(phone)
            await model.locate()
            #expect(model.shown.near.located == located)
            #expect(!model.shown.near.isLocating)
            await model.checkIn(try phone.venue(Place.arcade))
            let page = try phone.book.record(record: phone.doneRecord())
            #expect(page.content?.evidence.grade == .unlocated)
        }
    }

    @Test("The venue's own check-in button does the same, with a remark, too")
    func checkInAtVenue() async throws {
        try await enrolled(as: Person.police) { _, test, phone in
            test.platform.located = .fix(.atTheCafe())
            let model = VenueModel(phone, venue: try phone.venue(Place.cafe))
            #expect(model.shown.page?.mayCheckIn == true)
            model.write(" 门口已查看\n")
            await model.checkIn()
            let page = try phone.book.record(record: phone.doneRecord())
            #expect(page.line.kind == .checkIn)
            #expect(page.content?.note == "门口已查看")
            #expect(page.content?.evidence.grade == .onSite)
        }
    }

    @Test("A remark of nothing but blanks is none")
    func blankRemark() async throws {
        try await enrolled(as: Person.police) { _, _, phone in
            let model = CheckInModel(phone)
            model.write("  \n")
            await model.checkIn(try phone.venue(Place.cafe))
            #expect(try phone.book.record(record: phone.doneRecord()).content?.note == nil)
        }
    }

    @Test("A tap in the list while the position is read is kept, and checks in with it, once")
    func waitsInList() async throws {
        try await heldBack { test, phone in
            let model = CheckInModel(phone)
            let appearing = Task { await model.appeared() }
            while !model.shown.near.isLocating { await Task.yield() }
            await model.checkIn(try phone.venue(Place.arcade))
            let venue = try phone.venue(Place.cafe)
            await model.checkIn(venue)
            await model.checkIn(venue)
            #expect(model.shown.waiting == venue, "the last one is meant")
            #expect(phone.way.shown == [])
            test.platform.isLocating = false
            await appearing.value
            let page = try phone.book.record(record: phone.doneRecord())
            #expect(page.line.venue == venue)
            #expect(page.content?.evidence.grade == .onSite)
            #expect(try phone.book.history(before: nil, limit: 10).lines.count == 1)
        }
    }

    @Test("In the list, too, nobody has to wait for the position, and who leaves does not check in")
    func notWaitingInList() async throws {
        try await heldBack { test, phone in
            let left = CheckInModel(phone)
            let leaving = Task { await left.checkIn(try phone.venue(Place.cafe)) }
            let model = CheckInModel(phone)
            let waiting = Task { await model.checkIn(try phone.venue(Place.cafe)) }
            while left.shown.waiting == nil || model.shown.waiting == nil { await Task.yield() }
            left.left()
            model.checkInNow()
            let record = try phone.doneRecord()
            test.platform.isLocating = false
            try await leaving.value
            try await waiting.value
            #expect(phone.way.shown == [.done(record)])
            #expect(try phone.book.record(record: record).content?.evidence.grade == .unlocated)
            #expect(try phone.book.history(before: nil, limit: 10).lines.count == 1)
        }
    }

    @Test("A position of some minutes ago is of another place: it is read anew before a check-in")
    func readAnew() async throws {
        try await enrolled(as: Person.police) { _, test, phone in
            test.platform.located = .fix(.atTheCafe())
            let model = CheckInModel(phone)
            await model.appeared()
            test.platform.passed = 301
            test.platform.located = .none
            await model.checkIn(try phone.venue(Place.cafe))
            #expect(test.platform.askedForPosition == 2)
            #expect(try phone.book.record(record: phone.doneRecord()).content?.evidence.grade == .unlocated)
        }
    }

    @Test("While the position is read that is shown, and a second tap, or leaving, makes no second check-in")
    func waitsAtVenue() async throws {
        try await heldBack { test, phone in
            let venue = try phone.venue(Place.cafe)
            let model = VenueModel(phone, venue: venue)
            let first = Task { await model.checkIn() }
            while !model.shown.near.isLocating { await Task.yield() }
            await model.checkIn()
            #expect(phone.way.shown == [])
            model.left()
            test.platform.isLocating = false
            await first.value
            #expect(phone.way.shown == [], "who left did not check in")
            #expect(try phone.book.history(before: nil, limit: 10).lines == [])
        }
    }

    @Test(
        "The second tap of a trembling finger, on the button that stands there by then, waits for the position too"
    )
    func trembling() async throws {
        try await heldBack { test, phone in
            let (cafe, arcade) = (try phone.venue(Place.cafe), try phone.venue(Place.arcade))
            let (page, list) = (VenueModel(phone, venue: cafe), CheckInModel(phone))
            for (checkIn, checkInNow) in [
                (page.checkIn, page.checkInNow), ({ await list.checkIn(arcade) }, list.checkInNow),
            ] {
                test.platform.isLocating = true
                test.platform.isHasty = false
                _ = test.platform.now()
                test.platform.isHasty = true
                let opened = phone.way.shown
                let waiting = Task { await checkIn() }
                while page.shown.waiting == nil, list.shown.waiting == nil { await Task.yield() }
                checkInNow()
                #expect(phone.way.shown == opened)
                test.platform.isLocating = false
                await waiting.value
                let record = try phone.book.record(record: phone.doneRecord())
                #expect(record.content?.evidence.grade != .unlocated)
            }
            #expect(try phone.book.history(before: nil, limit: 10).lines.count == 2)
        }
    }

    @Test("Who does not want to wait for the position checks in without it, once")
    func notWaiting() async throws {
        try await heldBack { test, phone in
            let model = VenueModel(phone, venue: try phone.venue(Place.cafe))
            let waiting = Task { await model.checkIn() }
            while !model.shown.near.isLocating { await Task.yield() }
            model.checkInNow()
            let record = try phone.doneRecord()
            test.platform.isLocating = false
            await waiting.value
            #expect(phone.way.shown == [.done(record)])
            #expect(try phone.book.record(record: record).content?.evidence.grade == .unlocated)
        }
    }

    @Test("A tap in the moment in which the list gets another order is none: it meant another venue")
    func reordered() async throws {
        try await enrolled(as: Person.police) { _, test, phone in
            let model = CheckInModel(phone)
            let last = try #require(model.shown.venues.last)
            test.platform.located = .fix(last.name == Place.cafe ? .atTheCafe() : .atTheArcade())
            await model.locate()
            #expect(model.shown.venues.first?.venue == last.venue)
            test.platform.isHasty = true
            await model.checkIn(last.venue)
            #expect(phone.way.shown == [])
            test.platform.isHasty = false
            await model.checkIn(last.venue)
            #expect(try phone.book.record(record: phone.doneRecord()).line.venue == last.venue)
        }
    }

    @Test("A venue whose place nobody knows stays in the list, below those that are near")
    func withoutPlace() async throws {
        try await enrolled(as: Person.police) { hub, test, phone in
            try hub.take([
                "venues": "name,station,kind,opened_on\n老城网咖,柳岸工作站,internet_cafe,2020-01-01\n"
            ])
            await phone.uploader.upload()
            let model = CheckInModel(phone)
            test.platform.located = .fix(.atTheCafe())
            await model.locate()
            #expect(model.shown.venues.map(\.name) == [Place.cafe, Place.arcade, "老城网咖"])
        }
    }

    @Test("A volunteer who checks in all the same is told what the role may do")
    func notAllowed() async throws {
        try await enrolled { _, _, phone in
            let model = CheckInModel(phone)
            await model.checkIn(try phone.venue(Place.cafe))
            #expect(model.shown.trouble?.cause == .core(.notAllowed))
        }
    }

    @Test("A finger that trembles makes one check-in")
    func doubleTap() async throws {
        try await enrolled(as: Person.police) { _, _, phone in
            let model = CheckInModel(phone)
            let venue = try phone.venue(Place.cafe)
            await model.checkIn(venue)
            let record = try phone.doneRecord()
            await model.checkIn(venue)
            #expect(try phone.doneRecord() == record)
            #expect(try phone.book.history(before: nil, limit: 10).lines.count == 1)
        }
    }
}
