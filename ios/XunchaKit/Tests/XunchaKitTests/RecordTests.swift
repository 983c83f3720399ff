// What became of records: waiting, received, returned, corrected; page by page.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct RecordTests {
    /// An inspection that is finished, with its record.
    func finished(_ phone: Phone, at place: String = Place.cafe) throws -> RecordId {
        let inspection = try phone.inspect(place)
        inspection.skipAll()
        inspection.finish()
        return try phone.doneRecord()
    }

    @Test("The done screen says saved, and received only with the hub's receipt")
    func received() async throws {
        try await enrolled { hub, _, phone in
            hub.stop()
            let done = DoneModel(phone, record: try finished(phone))
            await phone.uploader.upload()
            #expect(done.shown.page?.line.state.text == "已保存在本机，等待上传")
            #expect(done.shown.receipt == nil)
            try hub.start()
            await phone.uploader.upload()
            #expect(done.shown.page?.line.state.state == .received)
            #expect(done.shown.page?.line.state.text.hasPrefix("已收到，回执号 ") == true)
            let receipt = try #require(done.shown.receipt)
            #expect(done.shown.page?.line.state.text.hasSuffix(receipt.number) == true)
            #expect(try receipt.qr == qrOf(text: receipt.number))
            #expect(RecordModel(phone, record: done.record).shown.receipt == receipt)
            let fingerprint = try #require(done.shown.page).fingerprint
            #expect(fingerprint.split(separator: " ").map(\.count) == Array(repeating: 8, count: 8))
            done.close()
            #expect(phone.way.shown == [])
        }
    }

    @Test(
        "A receipt of a hub that was put back to an old copy is shown no more, until the hub has the record again"
    )
    func putBack() async throws {
        try await enrolled { hub, _, phone in
            let copy = hub.folder.deletingLastPathComponent().appendingPathComponent("copy")
            try hub.backUp(to: copy)
            let done = DoneModel(phone, record: try finished(phone))
            let detail = RecordModel(phone, record: done.record)
            await phone.uploader.upload()
            #expect(done.shown.receipt != nil && detail.shown.receipt != nil)
            try hub.putBack(to: copy)
            await phone.uploader.upload()
            #expect(phone.uploader.shown.told.count == 1, "the head is to make out another card")
            await EnrolModel(phone, label: "手机").enrol(by: try hub.card(for: Person.volunteer).link)
            done.refresh()
            detail.refresh()
            #expect(done.shown.page?.line.state.state == .waiting)
            #expect(done.shown.receipt == nil && detail.shown.receipt == nil)
            await phone.uploader.upload()
            #expect(done.shown.receipt != nil && detail.shown.receipt != nil)
        }
    }

    @Test("The outbox lists what only this phone has, and its button uploads it")
    func outbox() async throws {
        try await enrolled { hub, _, phone in
            hub.stop()
            let record = try finished(phone)
            let model = OutboxModel(phone)
            #expect(model.shown.page?.lines.map(\.record) == [record])
            await model.upload()
            #expect(phone.uploader.shown.told == ["现在没有网络。记录都保存在本机，有网络时会自动上传。"])
            #expect(phone.uploader.shown.toldFirst == nil, "that passes by itself")
            try hub.start()
            await model.upload()
            #expect(phone.uploader.shown.told == [])
            #expect(model.shown.page?.lines == [])
            #expect(model.shown.page?.text == "全部已上传")
            model.open(record)
            #expect(phone.way.shown.last == .record(record))
        }
    }

    @Test("History comes page by page, the latest first, and looks again at as many as are shown")
    func history() async throws {
        try await enrolled { hub, _, phone in
            hub.stop()
            let records = try (0..<5).map { _ in try finished(phone) }
            let model = HistoryModel(phone, pageLength: 2)
            #expect(model.shown.lines.count == 2)
            model.more()
            model.more()
            model.more()
            #expect(model.shown.lines.map(\.record) == records.reversed())
            #expect(!model.shown.hasMore)
            model.refresh()
            #expect(model.shown.lines.count == 5)
        }
    }

    @Test("A returned record says why, and its correction is an inspection filled in as it was")
    func corrected() async throws {
        try await enrolled { hub, _, phone in
            let inspection = try phone.inspect()
            try inspection.press("no")
            inspection.skipAll()
            inspection.finish()
            let record = try phone.doneRecord()
            await phone.uploader.upload()
            try await Head(of: hub).giveBack(record, because: "请补上标志的照片")
            await phone.uploader.upload()

            let model = RecordModel(phone, record: record)
            #expect(model.shown.page?.line.state.state == .returned)
            #expect(model.shown.page?.line.state.text == "已退回：请补上标志的照片")
            #expect(model.shown.page?.canCorrect == true)
            model.correct()
            guard case .inspection(let draft) = phone.way.shown.last else {
                throw Failure("\(phone.way.shown)")
            }
            let correction = InspectionModel(phone, draft: draft)
            #expect(correction.shown.page?.corrects == record)
            #expect(correction.shown.page?.returnedBecause == "请补上标志的照片")
            #expect(HomeModel(phone).shown.page?.drafts.map(\.isCorrection) == [true])
            #expect(correction.item?.answer?.answer == .choice(choice: "no", minors: nil))
            let before = correction.shown.page?.items
            correction.summarise()
            #expect(correction.shown.step == .summary)
            #expect(correction.shown.page?.items == before, "nothing has to be answered again")
            correction.finish()
            await phone.uploader.upload()
            #expect(try phone.book.record(record: phone.doneRecord()).line.isCorrection)
            model.refresh()
            #expect(model.shown.page?.canCorrect == false)
            model.correct()
            #expect(model.shown.trouble?.cause == .core(.notReturned))
        }
    }

    @Test(
        "The first screen tells of a returned record and leads to it, of several to all of them, until they are put right"
    )
    func returned() async throws {
        try await enrolled { hub, _, phone in
            let records = try [Place.cafe, Place.arcade].map { try finished(phone, at: $0) }
            await phone.uploader.upload()
            let home = HomeModel(phone)
            #expect(home.shown.page?.notices == [])
            let head = try await Head(of: hub)
            try await head.giveBack(records[0], because: "请补上标志的照片")
            await phone.uploader.upload()
            let one = try #require(home.shown.page?.notices.first)
            #expect(one.code == .returnedRecords)
            #expect(one.text == "有 1 条记录被退回，没有计入。请点开更正。")
            home.follow(one)
            #expect(phone.way.shown.last == .record(records[0]))

            try await head.giveBack(records[1], because: "请补上标志的照片")
            await phone.uploader.upload()
            home.follow(try #require(home.shown.page?.notices.first))
            #expect(phone.way.shown.last == .history)
            home.follow(Notice(code: .refusedRecords, text: "", leadsTo: .records))
            #expect(phone.way.shown.last == .outbox)
            let open = phone.way.shown
            home.follow(Notice(code: .clockOff, text: ""))
            #expect(phone.way.shown == open, "what leads nowhere is only read")

            for record in records {
                RecordModel(phone, record: record).correct()
                guard case .inspection(let draft) = phone.way.shown.last else { throw Failure("no draft") }
                let correction = InspectionModel(phone, draft: draft)
                correction.summarise()
                correction.finish()
            }
            home.refresh()
            #expect(home.shown.page?.notices == [])
        }
    }

    @Test(
        "A returned and a refused record stand in history and outbox as what they are, and no screen says that all is uploaded"
    )
    func returnedAndRefused() async throws {
        try await enrolled { hub, _, phone in
            let returned = try finished(phone)
            await phone.uploader.upload()
            try await Head(of: hub).giveBack(returned, because: "请补上标志的照片")
            await phone.uploader.upload()
            hub.stop()
            let refused = try finished(phone, at: Place.arcade)
            let refusing = try StrangeServer(port: hub.port, answer: StrangeServer.refusal(of: refused))
            await phone.uploader.upload()
            refusing.stop()

            let history = HistoryModel(phone)
            #expect(history.shown.lines.map(\.record) == [refused, returned])
            #expect(history.shown.lines.map(\.state.state) == [.refused, .returned])
            #expect(history.shown.lines.last?.state.text == "已退回：请补上标志的照片")
            let outbox = try #require(OutboxModel(phone).shown.page)
            #expect(outbox.lines == Array(history.shown.lines.prefix(1)), "the hub has the other one")
            #expect(outbox.lines.first?.state.text.hasPrefix("未被接收：") == true)
            #expect(outbox.lines.first?.state.note == "给技术人员看：another record has this id")
            let home = HomeModel(phone)
            let page = try #require(home.shown.page)
            #expect(page.waiting == "1 条记录未被接收，请点开看原因")
            #expect(outbox.text == page.waiting)
            #expect([page.unsent, outbox.unsent] == [.refused, .refused])
            #expect(page.notices.map(\.code) == [.returnedRecords, .refusedRecords])
            home.follow(try #require(page.notices.last))
            #expect(phone.way.shown.last == .record(refused))
        }
    }

    @Test("A photo can be looked at until the hub has it")
    func photo() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            let inspection = try phone.inspect()
            try test.willTake(Picture.png(side: 64))
            await inspection.takePhoto()
            inspection.skipAll()
            inspection.finish()
            let model = RecordModel(phone, record: try phone.doneRecord())
            let photo = try #require(model.shown.page?.photos.first)
            await model.look(at: photo)
            let file = try #require(model.shown.photo)
            #expect(try Data(contentsOf: file).prefix(2) == Data([0xFF, 0xD8]), "a JPEG")
            model.closePhoto()
            #expect(model.shown.photo == nil)
            try hub.start()
            await phone.uploader.upload()
            #expect(model.shown.page?.photos.map(\.state) == [.received])
            await model.look(at: photo)
            #expect(model.shown.trouble?.cause == .core(.photoGone))
        }
    }
}
