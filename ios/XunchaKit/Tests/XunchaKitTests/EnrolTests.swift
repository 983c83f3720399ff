// Enrolment on the screen: cards that are good, wrong, used, or not ours, and hubs that do not answer.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct EnrolTests {
    @Test("A phone that is not enrolled begins with the page on position and photos")
    func consent() async throws {
        try await withHub { _, test in
            let phone = try test.start()
            #expect(phone.way.shown == [.enrol])
            let model = EnrolModel(phone, label: "手机")
            #expect(model.shown.step == .consent)
            model.agree(usesPosition: true)
            #expect(model.shown.step == .card)
            #expect(EnrolModel(phone, label: "手机").shown.step == .card, "it is asked once")
        }
    }

    @Test(
        "Who agrees says whether the position may be read, and is asked anew with the next card",
        arguments: [true, false])
    func usesPosition(chosen: Bool) async throws {
        try await withHub { hub, test in
            let phone = try test.start()
            let model = EnrolModel(phone, label: "手机")
            model.agree(usesPosition: chosen)
            await model.enrol(by: try hub.card(for: Person.volunteer).link)
            #expect(model.enrolled != nil, "either way")
            #expect(SettingsModel(phone).shown.usesPosition == chosen)
            let again = EnrolModel(phone, label: "手机")
            #expect(again.shown.step == .consent)
            let settings = SettingsModel(phone)
            again.agree(usesPosition: !chosen)
            settings.refresh()
            #expect(settings.shown.usesPosition == !chosen)
        }
    }

    @Test("A scanned card enrols and shows who and which station")
    func scanned() async throws {
        try await withHub { hub, test in
            let phone = try test.start()
            let model = EnrolModel(phone, label: "手机")
            test.platform.codes = [.taken(.text(try hub.card(for: Person.volunteer).link))]
            await model.scan()
            let who = try #require(model.enrolled)
            #expect(who.memberName == Person.volunteer)
            #expect(who.stationName == "柳岸工作站")
            model.begin()
            #expect(phone.way.shown == [])
            await phone.uploader.upload()
            let venues = try phone.book.home().venues.map(\.name)
            #expect(Set(venues) == [Place.cafe, Place.arcade])
        }
    }

    @Test("On a phone that reads no codes a picture of the card does")
    func photographed() async throws {
        try await withHub { hub, test in
            let model = EnrolModel(try test.start(), label: "手机")
            let picture = hub.folder.appendingPathComponent("card.png")
            try Picture.png(of: qrOf(text: try hub.card(for: Person.volunteer).link)).write(to: picture)
            let other = hub.folder.appendingPathComponent("other.png")
            try Picture.png(of: qrOf(text: "https://pay.example/abc")).write(to: other)
            let none = hub.folder.appendingPathComponent("none.png")
            try Picture.png(side: 200).write(to: none)
            test.platform.codes = [none, other, picture].map { .taken(.picture($0)) }
            await model.scan()
            #expect(model.shown.trouble?.cause == .core(.noCode))
            await model.scan()
            #expect(model.shown.trouble?.cause == .core(.wrongCard))
            await model.scan()
            #expect(model.enrolled != nil)
            let left = [none, other, picture].filter { FileManager.default.fileExists(atPath: $0.path) }
            #expect(left == [], "no picture of a card stays on the phone")
        }
    }

    @Test("A typed code enrols too")
    func typed() async throws {
        try await withHub { hub, test in
            let model = EnrolModel(try test.start(), label: "手机")
            model.type(hub: " \(hub.url)/ ")
            model.type(code: try hub.card(for: Person.volunteer).code)
            await model.enrolTyped()
            #expect(model.enrolled != nil)
        }
    }

    @Test("A mistyped code is told before anybody is asked")
    func mistyped() async throws {
        try await withHub { hub, test in
            hub.stop()
            let model = EnrolModel(try test.start(), label: "手机")
            model.type(hub: hub.url)
            model.type(code: "123 456 7890")
            await model.enrolTyped()
            #expect(model.shown.trouble?.cause == .core(.wrongCard))
            #expect(model.shown.trouble?.sentence == "这不是登记卡上的码，或者输错了一位。请对照登记卡再试一次。")
        }
    }

    @Test("A used card is told with what to do")
    func used() async throws {
        try await withHub { hub, test in
            let card = try hub.card(for: Person.volunteer).link
            let other = EnrolModel(try TestPhone(in: hub.folder, named: "other").start(), label: "手机")
            await other.enrol(by: card)
            let model = EnrolModel(try test.start(), label: "手机")
            await model.enrol(by: card)
            #expect(model.shown.trouble?.cause == .core(.enrolmentRefused))
            #expect(model.shown.trouble?.sentence == "登记码已被使用，请找站长重新开一个。")
            #expect(model.shown.step == .card, "another card can be scanned")
        }
    }

    @Test(
        "A code in good form that the hub never gave is told by the hub, and the right one is taken after it")
    func unknown() async throws {
        try await withHub { hub, test in
            let other = try Hub(in: hub.folder)
            let code = try other.card(for: Person.volunteer).code
            other.stop()
            let model = EnrolModel(try test.start(), label: "手机")
            model.type(hub: hub.url)
            model.type(code: code)
            await model.enrolTyped()
            #expect(model.shown.trouble?.cause == .core(.enrolmentRefused))
            #expect(model.shown.trouble?.sentence == "登记码不对，请核对或找站长重新开一个。")
            #expect(model.shown.step == .card)
            model.type(code: try hub.card(for: Person.volunteer).code)
            await model.enrolTyped()
            #expect(model.enrolled?.memberName == Person.volunteer)
        }
    }

    @Test("A QR that is not ours is told")
    func foreign() async throws {
        try await withHub { _, test in
            let model = EnrolModel(try test.start(), label: "手机")
            test.platform.codes = [.taken(.text("https://pay.example/abc"))]
            await model.scan()
            #expect(model.shown.trouble?.cause == .core(.wrongCard))
            #expect(model.shown.trouble?.sentence == "这不是登记卡上的码，或者输错了一位。请对照登记卡再试一次。")
        }
    }

    @Test("Without the camera the code can still be typed")
    func noCamera() async throws {
        try await withHub { hub, test in
            let model = EnrolModel(try test.start(), label: "手机")
            test.platform.codes = [.refused, .failed, .cancelled]
            await model.scan()
            #expect(model.shown.trouble?.cause == .cameraRefused)
            await model.scan()
            #expect(model.shown.trouble?.cause == .cameraFailed)
            await model.scan()
            #expect(model.shown.trouble == nil, "going back is no trouble")
            await model.enrol(by: try hub.card(for: Person.volunteer).link)
            #expect(model.enrolled != nil)
        }
    }

    @Test("An unreachable hub is told and the same card works later")
    func unreachable() async throws {
        try await withHub { hub, test in
            let card = try hub.card(for: Person.volunteer).link
            hub.stop()
            let model = EnrolModel(try test.start(), label: "手机")
            await model.enrol(by: card)
            #expect(model.shown.trouble?.cause == .core(.offline))
            #expect(model.shown.trouble?.sentence == "现在没有网络。记录都保存在本机，有网络时会自动上传。")
            try hub.start()
            await model.enrol(by: card)
            #expect(model.shown.trouble == nil)
            #expect(model.enrolled != nil)
        }
    }

    @Test(
        "A card's link that anybody may have sent shows whose hub it is, and does nothing before a second tap"
    )
    func fromOutside() async throws {
        try await withHub { hub, test in
            let card = try hub.card(for: Person.volunteer).link
            let app = test.asleep()
            app.opened(try #require(URL(string: card)))
            app.open()
            guard case .open(let phone) = app.shown.stage else { throw Failure("\(app.shown.stage)") }
            #expect(phone.way.shown == [.enrol, .card(card)], "the app was started by it")
            let model = EnrolModel(phone, label: "手机", card: card)
            #expect(model.shown.step == .consent)
            model.agree(usesPosition: true)
            #expect(model.shown.step == .confirm(hub: hub.url, owner: nil))
            #expect(try phone.book.status().mustEnrol)
            model.decline()
            #expect(phone.way.shown == [.enrol])
            await EnrolModel(phone, label: "手机", card: card).confirm()
            #expect(try phone.book.status().enrolled?.memberName == Person.volunteer)
        }
    }

    @Test("On a phone that is somebody's a card asks first whether it is to be another's, scanned or opened")
    func another() async throws {
        try await enrolled { hub, test, phone in
            let card = try hub.card(for: Person.companion).link
            let asked = EnrolShown.Step.confirm(hub: hub.url, owner: Person.volunteer)
            let scanned = EnrolModel(phone, label: "手机")
            #expect(scanned.shown.step == .consent, "whoever has the phone next did not agree yet")
            scanned.agree(usesPosition: true)
            test.platform.codes = [.taken(.text(card))]
            await scanned.scan()
            #expect(scanned.shown.step == asked)
            scanned.decline()
            #expect(scanned.shown.step == .card)
            test.app?.opened(try #require(URL(string: card)))
            #expect(phone.way.shown == [.card(card)])
            let opened = EnrolModel(phone, label: "手机", card: card)
            #expect(opened.shown.step == asked)
            #expect(try phone.book.status().enrolled?.memberName == Person.volunteer)
            await opened.confirm()
            #expect(opened.enrolled?.memberName == Person.companion)
        }
    }

    @Test(
        "A link that is no card is told", arguments: ["xuncha://enrol", "xuncha://enrol?hub=", "xuncha://"])
    func noCard(link: String) async throws {
        try await withHub { _, test in
            let phone = try test.start()
            phone.preferences.agreed = true
            let model = EnrolModel(phone, label: "手机", card: link)
            #expect(model.shown.step == .card)
            #expect(model.shown.trouble?.cause == .core(.wrongCard))
        }
    }

    @Test("A phone is enrolled while an upload runs, which then goes on")
    func whileUploading() async throws {
        try await enrolled { hub, _, phone in
            let inspection = try phone.inspect()
            inspection.skipAll()
            inspection.finish()
            let record = try phone.doneRecord()
            let enrol = EnrolModel(phone, label: "手机")
            await enrol.enrol(by: try hub.card(for: Person.volunteer).link)
            #expect(enrol.enrolled?.memberName == Person.volunteer, "\(enrol.shown)")
            enrol.begin()
            await phone.uploader.upload()
            #expect(try phone.book.record(record: record).line.state.state == .received)
        }
    }
}
