// Every screen without network, position and camera: it works as far as it can, and says what is not to be had.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct RefusedTests {
    /// Runs with the phone of one who may do everything, in airplane mode; position and camera are refused.
    private func refused(_ work: @MainActor (TestPhone, Phone) async throws -> Void) async throws {
        try await enrolled(as: Person.head) { hub, test, phone in
            hub.stop()
            test.platform.located = .refused
            try await work(test, phone)
        }
    }

    @Test("Without network and camera a phone is not enrolled, and both are said; later it is")
    func enrol() async throws {
        try await withHub { hub, test in
            let card = try hub.card(for: Person.volunteer)
            hub.stop()
            let model = EnrolModel(try test.start(), label: "手机")
            model.agree(usesPosition: true)
            test.platform.codes = [.refused]
            await model.scan()
            #expect(model.shown.trouble?.cause == .cameraRefused)
            model.type(hub: hub.url)
            model.type(code: card.code)
            await model.enrolTyped()
            #expect(model.shown.trouble?.cause == .core(.offline))
            #expect(model.shown.step == .card)
            try hub.start()
            await model.enrolTyped()
            #expect(model.enrolled?.memberName == Person.volunteer)
        }
    }

    @Test("Home, venue, inspection and the done screen")
    func inspection() async throws {
        try await refused { test, phone in
            let home = HomeModel(phone)
            await home.appeared()
            await home.locate()
            #expect(home.shown.near.located == .refused)
            #expect(home.shown.page?.venues.count == 2)
            let venue = VenueModel(phone, venue: try phone.venue(Place.cafe))
            #expect(venue.shown.page?.line.name == Place.cafe)
            venue.start()
            #expect(phone.way.shown.last == .companions(venue.venue))
            let model = try phone.inspect()
            await model.appeared()
            #expect([home.shown.trouble, venue.shown.trouble, model.shown.trouble] == [nil, nil, nil])
            test.platform.pictures = [.refused]
            await model.takePhoto()
            #expect(model.shown.trouble?.cause == .cameraRefused)
            try model.press("no")
            #expect(model.shown.number == 2, "the answer is taken all the same")
            model.skipAll()
            test.platform.codes = [.refused]
            await model.scanPlacard()
            #expect(model.shown.trouble?.cause == .cameraRefused)
            model.finish()
            await phone.uploader.upload()
            let done = DoneModel(phone, record: try phone.doneRecord())
            #expect(done.shown.page?.line.state.state == .waiting)
            #expect(done.shown.page?.content?.evidence.grade == .unlocated)
            #expect(done.shown.trouble == nil)
        }
    }

    @Test("Check-in, outbox, history, the month, what waits for the head, and the settings")
    func pages() async throws {
        try await refused { _, phone in
            let list = CheckInModel(phone)
            await list.appeared()
            #expect(list.shown.near.located == .refused)
            await list.checkIn(try phone.venue(Place.cafe))
            let record = try phone.doneRecord()
            let outbox = OutboxModel(phone)
            await outbox.upload()
            #expect(phone.uploader.shown.stuck?.cause == .core(.offline))
            #expect(outbox.shown.page?.lines.map(\.record) == [record])
            let history = HistoryModel(phone)
            #expect(history.shown.lines.map(\.record) == [record])
            let month = CoverageModel(phone)
            #expect(month.shown.page?.lines.count == 2)
            let reviews = ReviewsModel(phone)
            #expect(reviews.shown.queue?.lines == [])
            let settings = SettingsModel(phone)
            await settings.check()?.value
            settings.report()
            #expect(settings.shown.found?.issues == [])
            #expect(settings.shown.page?.report?.state == .waiting)
            let troubles = [
                list.shown.trouble, outbox.shown.trouble, history.shown.trouble, month.shown.trouble,
                reviews.shown.trouble, settings.shown.trouble,
            ]
            #expect(troubles.allSatisfy { $0 == nil })
        }
    }
}
