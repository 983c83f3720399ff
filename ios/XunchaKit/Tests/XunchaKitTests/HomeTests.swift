// The first screen, a venue, check-in and coverage.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct HomeTests {
    @Test("Venues come in the core's order, with the progress of the month in words")
    func venues() async throws {
        try await enrolled { _, _, phone in
            let model = HomeModel(phone)
            let page = try #require(model.shown.page)
            #expect(page.venues.count == 2)
            #expect(page.progress.hasSuffix("2 个场所，已达标 0 个"))
            #expect(page.waiting == "全部已上传")
            model.open(page.venues[0].venue)
            #expect(phone.way.shown == [.venue(page.venues[0].venue)])
        }
    }

    @Test("With a position the venues have distances; refused, they have none and nothing is wrong")
    func distances() async throws {
        try await enrolled { _, test, phone in
            let model = HomeModel(phone)
            test.platform.located = .refused
            await model.locate()
            #expect(model.shown.page?.venues.allSatisfy { $0.distance == nil } == true)
            #expect(model.shown.trouble == nil)
            #expect(model.shown.near.located == .refused, "it is said in a line")
            test.platform.located = .fix(.atTheCafe())
            await model.locate()
            #expect(model.shown.page?.venues.first { $0.name == Place.cafe }?.distance == "0米")
        }
    }

    @Test("For the police the nearest come first without a tap, where the position may be read already")
    func nearestFirst() async throws {
        try await enrolled(as: Person.police) { _, test, phone in
            test.platform.located = .fix(.atTheCafe())
            let model = HomeModel(phone)
            await model.appeared()
            #expect(model.shown.near == Near(), "nobody is asked for what they did not want yet")
            test.platform.mayReadPosition = true
            await model.appeared()
            #expect(model.shown.page?.venues.map(\.name) == [Place.cafe, Place.arcade])
            #expect(model.shown.page?.venues.first?.distance == "0米")
            test.platform.located = .fix(.atTheArcade())
            await model.appeared()
            #expect(model.shown.page?.venues.map(\.name) == [Place.cafe, Place.arcade], "moments later")
            test.platform.passed = 600
            await model.appeared()
            #expect(model.shown.page?.venues.map(\.name) == [Place.arcade, Place.cafe], "who walked on")
        }
    }

    @Test("A volunteer's list stays in order of need, and no position is read for it")
    func orderOfNeed() async throws {
        try await enrolled { _, test, phone in
            test.platform.located = .fix(.atTheCafe())
            test.platform.mayReadPosition = true
            let model = HomeModel(phone)
            await model.appeared()
            #expect(model.shown.page?.venues.allSatisfy { $0.distance == nil } == true)
        }
    }

    @Test("An inspection under way is on the first screen and is gone on with")
    func resumes() async throws {
        try await enrolled { _, _, phone in
            let inspection = try phone.inspect()
            try inspection.press("no")
            phone.way.home()
            let home = HomeModel(phone)
            let draft = try #require(home.shown.page?.drafts.first)
            home.resume(draft)
            #expect(phone.way.shown == [.inspection(inspection.draft)])
            #expect(InspectionModel(phone, draft: inspection.draft).shown.number == 2)
        }
    }

    @Test("An inspection that cannot be opened any more is given up at the second tap only")
    func unreadable() async throws {
        try await enrolled { hub, test, phone in
            _ = try phone.inspect()
            test.secrets.secret = nil
            let (after, again) = try test.killed()
            let enrol = EnrolModel(again, label: "手机")
            await enrol.enrol(by: try hub.card(for: Person.volunteer).link)
            let home = HomeModel(again)
            let draft = try #require(home.shown.page?.drafts.first)
            #expect(!draft.readable)
            home.discard(draft)
            #expect(home.shown.page?.drafts == [draft])
            await home.appeared()
            home.discard(draft)
            #expect(home.shown.page?.drafts == [draft], "who came back is asked anew")
            home.discard(draft)
            #expect(home.shown.page?.drafts == [])
            #expect(after.app != nil)
        }
    }

    @Test("A phone that was revoked says so and offers a new enrolment; what waits is received after it")
    func revoked() async throws {
        try await enrolled { hub, _, phone in
            hub.stop()
            let inspection = try phone.inspect()
            inspection.skipAll()
            inspection.finish()
            let record = try phone.doneRecord()
            await phone.uploader.upload()
            try hub.start()
            let device = try #require(try phone.book.status().enrolled?.device)
            try await Head(of: hub).revoke(device)
            await phone.uploader.upload()
            let home = HomeModel(phone)
            #expect(home.shown.mustEnrol)
            #expect(home.shown.page?.notices.map(\.code) == [.deviceRevoked])
            home.enrol()
            #expect(phone.way.shown.last == .enrol)
            let enrol = EnrolModel(phone, label: "手机")
            await enrol.enrol(by: try hub.card(for: Person.volunteer).link)
            enrol.begin()
            await phone.uploader.upload()
            home.refresh()
            #expect(!home.shown.mustEnrol)
            #expect(try phone.book.record(record: record).line.state.state == .received)
        }
    }

    @Test("A volunteer who looks at the month is told of no reviews, and the head of all")
    func toReview() async throws {
        try await enrolled { _, _, phone in
            let model = CoverageModel(phone)
            #expect(model.shown.page?.toReview == nil)
            #expect(model.shown.trouble == nil)
        }
        try await enrolled(as: Person.head) { _, _, phone in
            #expect(CoverageModel(phone).shown.page?.toReview?.isEmpty == false)
        }
    }

    @Test("A venue shows where it stands and begins an inspection by asking who goes along")
    func venue() async throws {
        try await enrolled { _, _, phone in
            let venue = try phone.venue(Place.cafe)
            let model = VenueModel(phone, venue: venue)
            #expect(model.shown.page?.line.name == Place.cafe)
            #expect(model.shown.page?.mayInspect == true)
            #expect(model.shown.page?.mayCheckIn == false, "a volunteer inspects")
            model.start()
            #expect(phone.way.shown == [.companions(venue)])
            let draft = try phone.inspect().draft
            model.refresh()
            model.start()
            #expect(phone.way.shown.last == .inspection(draft), "where one is under way it is gone on with")
        }
    }

    @Test("A venue that this phone does not know is told")
    func unknownVenue() async throws {
        try await enrolled { _, _, phone in
            let model = VenueModel(phone, venue: "0197f000-0000-7000-8000-000000000000")
            #expect(model.shown.trouble?.cause == .core(.unknownVenue))
            #expect(VenueModel(phone, venue: "no id at all").shown.trouble?.cause == .core(.unknownVenue))
        }
    }

    @Test("Coverage counts a visit that is only on this phone, and pages through the months")
    func coverage() async throws {
        try await enrolled(as: Person.head) { hub, _, phone in
            hub.stop()
            let inspection = try phone.inspect()
            inspection.skipAll()
            inspection.finish()
            let model = CoverageModel(phone)
            let line = try #require(model.shown.page?.lines.first { $0.venue.name == Place.cafe })
            #expect(line.venue.counted == 1)
            #expect(line.records.map(\.unsent) == [true])
            let name = try phone.book.home().memberName
            #expect(line.records.map(\.people) == [[name]], "who went")
            #expect(model.shown.page?.monthLabel.hasSuffix("月") == true)
            let month = try #require(model.shown.page?.month)
            for _ in 0..<12 { model.monthBefore() }
            #expect(model.shown.page?.month != month)
            #expect(
                model.shown.page?.month.suffix(2) == month.suffix(2), "twelve months before is the same month"
            )
            #expect(model.shown.page?.lines.first { $0.venue.name == Place.cafe }?.venue.counted == 0)
            for _ in 0..<12 { model.monthAfter() }
            #expect(model.shown.page?.month == month)
        }
    }
}
