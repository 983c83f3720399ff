// 审核: a record is looked at before it is decided on, and nothing of it stays on the head's phone.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct ReviewTests {
    /// Runs with the head of a station whose volunteer found a sign missing, and with what the head looks at.
    private func looking(
        _ work: @MainActor (Hub, _ volunteer: Phone, _ desk: TestPhone, _ model: ReviewModel) async throws ->
            Void
    ) async throws {
        try await enrolled { hub, test, phone in
            let inspection = try phone.inspect()
            inspection.open(try #require(inspection.shown.page?.items.first { $0.item == "wb_sign" }))
            inspection.beginRemark()
            inspection.write(remark: "被广告挡住了")
            inspection.confirmRemark()
            try inspection.press("no")
            try test.willTake(Picture.png(side: 640))
            await inspection.takePhoto()
            inspection.forward()
            inspection.skipAll()
            inspection.finish()
            await phone.uploader.upload()
            let desk = TestPhone(in: test.folder.deletingLastPathComponent(), named: "head")
            let head = try await desk.enrol(at: hub, as: Person.head)
            let queue = ReviewsModel(head)
            head.way.to(.reviews)
            queue.look(at: try #require(queue.shown.queue?.lines.first))
            guard case .review(let record) = head.way.shown.last else { throw Failure("\(head.way.shown)") }
            try await work(hub, phone, desk, ReviewModel(head, record: record))
        }
    }

    @Test("The head sees what was found, answered, remarked and photographed; nothing of it is kept")
    func sees() async throws {
        try await looking { _, _, desk, model in
            let before = try files(of: desk)
            await model.read()
            let page = try #require(model.shown.page)
            #expect(page.line.people.map(\.name) == [Person.volunteer])
            #expect(page.line.findings.map(\.answer) == ["没有"])
            #expect(model.shown.answered.map(\.note) == ["被广告挡住了"])
            #expect(model.shown.skipped.count == 13)
            #expect(page.content?.evidence.grade == page.line.grade)
            #expect(page.waits)
            let photo = try #require(page.photos.first)
            #expect(model.shown.question(of: photo)?.contains("标志") == true)
            await model.look(at: photo)
            #expect(model.shown.photo?.prefix(2) == Data([0xFF, 0xD8]), "a JPEG")
            model.closePhoto()
            #expect(model.shown.photo == nil)
            #expect(try files(of: desk) == before)
        }
    }

    @Test("Without the hub that is said, and it can be tried again")
    func offline() async throws {
        try await looking { hub, _, _, model in
            hub.stop()
            await model.read()
            #expect(model.shown.trouble?.cause == .core(.offline))
            #expect(model.shown.page == nil)
            try hub.start()
            await model.read()
            #expect(model.shown.trouble == nil)
            #expect(model.shown.page != nil)
        }
    }

    @Test("What is returned from there is told to the volunteer, and the way leads back to what waits")
    func returns() async throws {
        try await looking { _, phone, _, model in
            await model.read()
            model.beginReturning()
            await model.giveBack()
            #expect(model.shown.trouble?.cause == .core(.badText))
            #expect(model.shown.isReturning)
            model.write("请补一张入口标志的照片。")
            await model.giveBack()
            #expect(!model.shown.isReturning)
            #expect(model.phone.way.shown == [.reviews])
            #expect(ReviewsModel(model.phone).shown.queue?.lines == [])
            await phone.uploader.upload()
            let record = RecordModel(phone, record: model.record)
            #expect(record.shown.page?.line.state.text == "已退回：请补一张入口标志的照片。")
        }
    }

    @Test("One tap approves; what somebody else decided meanwhile can only be read")
    func approves() async throws {
        try await looking { hub, _, _, model in
            await model.read()
            await model.approve()
            #expect(model.shown.trouble == nil)
            #expect(model.phone.way.shown == [.reviews])
            await model.read()
            #expect(model.shown.page?.waits == false)
            #expect(model.shown.page?.review == "已审核通过")
        }
    }

    /// Every file of a phone by its size; how a database is indexed is no word of it.
    private func files(of phone: TestPhone) throws -> [String: Int] {
        var found: [String: Int] = [:]
        for folder in [phone.folder, phone.taken, phone.temporary] {
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
            while let file = files?.nextObject() as? URL {
                if file.path.hasSuffix("-shm") { continue }
                found[file.path] = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize
            }
        }
        return found
    }
}
