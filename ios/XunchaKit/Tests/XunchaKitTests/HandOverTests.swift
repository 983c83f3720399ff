// Handing over by file: only the answer makes a record received, and no file does harm.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct HandOverTests {
    /// Runs with a hub that nobody reaches, a phone with one inspection, and a folder for its files.
    private func parted(
        by cut: @MainActor (Hub) -> Void = { $0.stop() },
        _ work: @MainActor (Hub, TestPhone, Phone, RecordId, HandOverModel) async throws -> Void
    ) async throws {
        try await enrolled { hub, test, phone in
            cut(hub)
            let inspection = try phone.inspect()
            inspection.skipAll()
            inspection.finish()
            let model = HandOverModel(phone)
            try await work(hub, test, phone, phone.doneRecord(), model)
        }
    }

    private func state(_ record: RecordId, on phone: Phone) -> RecordShown? {
        RecordModel(phone, record: record).shown.page?.line.state.state
    }

    @Test("What waits goes by file, is received by the answer, and is not doubled by an upload")
    func journey() async throws {
        try await parted { hub, _, phone, record, model in
            OutboxModel(phone).handOver()
            #expect(phone.way.shown.last == .handOver)
            #expect(model.shown.page?.text == "1 条记录")
            await model.write()
            let file = try #require(model.shown.file)
            #expect(file.lastPathComponent == model.shown.page?.fileName)
            #expect(model.shown.written?.text.hasPrefix("文件写好了：1 条记录") == true)
            #expect(model.shown.page?.written?.hasSuffix("还没有读入它的回执。") == true)
            #expect(state(record, on: phone) != .received, "a file that was written is no receipt")

            await model.take(.success(try hub.takeFile(file)))
            #expect(model.shown.taken?.text == "已收到：1 条记录。")
            #expect(model.shown.trouble == nil)
            #expect(state(record, on: phone) == .received)
            #expect(model.shown.file == nil)
            #expect(!FileManager.default.fileExists(atPath: file.path), "nobody needs it any more")

            try hub.start()
            await phone.uploader.upload()
            #expect(phone.uploader.shown.report?.moved.recordsReceived == 0)
            #expect(try hub.verify())
        }
    }

    @Test("The answer tells what the head returned, to a phone that had nothing to hand over")
    func returned() async throws {
        try await enrolled { hub, test, phone in
            let inspection = try phone.inspect()
            inspection.skipAll()
            inspection.finish()
            await phone.uploader.upload()
            let record = try phone.doneRecord()
            try await Head(of: hub).giveBack(record, because: "请补上同行的人")
            hub.stop()
            let model = HandOverModel(phone)
            await model.write()
            await model.take(.success(try hub.takeFile(try #require(model.shown.file))))
            #expect(model.shown.taken?.notes.contains("1 条被退回，请看原因并更正。") == true)
            #expect(state(record, on: phone) == .returned)
        }
    }

    @Test("Each wrong file is told apart, and changes nothing")
    func wrong() async throws {
        try await parted { hub, test, phone, record, model in
            await model.write()
            let file = try #require(model.shown.file)
            let answer = try hub.takeFile(file)
            let whole = try Data(contentsOf: answer)
            let bad = test.folder.deletingLastPathComponent().appendingPathComponent("bad.xuncha")
            let cases: [(Data, FieldErrorCode)] = [
                (try Data(contentsOf: file), .notAnAnswer), (whole.dropLast(9), .fileCut),
                (whole.dropLast(1) + [whole[whole.count - 1] ^ 1], .fileDamaged),
                (Data("%PDF-1.7".utf8), .wrongFile), (Data(), .wrongFile),
            ]
            for (bytes, code) in cases {
                try bytes.write(to: bad)
                await model.take(.success(bad))
                #expect(model.shown.trouble?.cause == .core(code))
                #expect(model.shown.taken == nil)
                #expect(state(record, on: phone) != .received)
            }
            await model.take(.success(bad.appendingPathExtension("gone")))
            #expect(model.shown.trouble?.cause == .core(.fileUnreadable))
            await model.take(.failure(Failure("the choice of files failed")))
            #expect(model.shown.trouble?.sentence == "这个文件打不开。本机的记录都在。请重新拷贝一次，再选它。")

            try hub.start()
            let other = TestPhone(in: test.folder.deletingLastPathComponent(), named: "other")
            let another = HandOverModel(try await other.enrol(at: hub, as: Person.companion))
            await another.take(.success(answer))
            #expect(another.shown.trouble?.cause == .core(.otherPhone))
        }
    }

    @Test("While an upload hangs a file is written and its answer read in, and nothing is doubled")
    func hanging() async throws {
        try await parted(by: { $0.freeze() }) { hub, test, phone, record, model in
            try await Task.sleep(for: .milliseconds(300))
            #expect(phone.uploader.shown.isRunning)
            #expect(model.shown.page?.text == "1 条记录")
            await model.write()
            #expect(model.shown.written?.records == 1)
            #expect(state(record, on: phone) != .received)
            hub.stop()
            await model.take(.success(try hub.takeFile(try #require(model.shown.file))))
            #expect(model.shown.taken?.text == "已收到：1 条记录。")
            #expect(model.shown.page?.records == 0)
            try hub.start()
            await phone.uploader.upload()
            #expect(model.shown.taken?.text == "已收到：1 条记录。", "it stays to be read")
            #expect(state(record, on: phone) == .received)
            #expect(try hub.verify())
        }
    }

    @Test("What went by the network after all is not said to wait for a file's answer")
    func overtaken() async throws {
        try await parted(by: { $0.freeze() }) { hub, test, phone, record, model in
            try await Task.sleep(for: .milliseconds(300))
            await model.write()
            let file = try #require(model.shown.file)
            let sent = test.folder.deletingLastPathComponent().appendingPathComponent("sent.xuncha")
            try FileManager.default.copyItem(at: file, to: sent)
            #expect(model.shown.written != nil)
            hub.thaw()
            await phone.uploader.upload()
            #expect(state(record, on: phone) == .received)
            #expect(model.shown.written == nil && model.shown.file == nil)
            #expect(model.shown.page?.written == nil)
            #expect(isThere(file), "somebody may be fetching it")
            test.platform.passed = 15 * 60 + 1
            await phone.uploader.upload()
            #expect(!isThere(file), "nobody needs it any more")
            hub.stop()
            await model.take(.success(try hub.takeFile(sent)))
            #expect(model.shown.taken?.report.moved.recordsReceived == 0)
            #expect(state(record, on: phone) == .received)
        }
    }

    @Test("A file goes with an upload in the background, though its page was left, and not before")
    func overtakenUnseen() async throws {
        try await parted { hub, test, phone, _, _ in
            let file = try await phone.handOverFile.write().file
            let app = try test.copy().asleep()
            #expect(await app.uploadInBackground() == false)
            #expect(isThere(file), "it waits for its answer")
            try hub.start()
            try letAge(file)
            #expect(await app.uploadInBackground())
            #expect(!isThere(file), "nobody needs it any more")
        }
    }

    @Test("A file that a dead process left goes at the next start once nothing waits, also without a network")
    func leftBehind() async throws {
        try await parted { hub, test, phone, record, _ in
            await phone.uploader.upload()
            let file = try await phone.handOverFile.write().file
            try hub.start()
            _ = try await phone.book.sync(observer: nil)
            hub.stop()
            #expect(isThere(file), "the process died before it came to it")
            try letAge(file)
            let (_, after) = try test.killed()
            await after.uploader.upload()
            #expect(state(record, on: after) == .received)
            #expect(!isThere(file), "nobody needs it any more")
        }
    }

    @Test("A file that only asks for what is new is overtaken by nothing")
    func onlyAsks() async throws {
        try await enrolled { hub, _, phone in
            hub.stop()
            let file = try await phone.handOverFile.write().file
            try letAge(file)
            await phone.uploader.upload()
            #expect(isThere(file))
        }
    }

    private func isThere(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    /// It was written longer ago than anybody takes to fetch it.
    private func letAge(_ file: URL) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date() - 15 * 60 - 1], ofItemAtPath: file.path)
    }

    @Test("A file of a quarter of an hour before goes when another is written, and one of just now does not")
    func again() async throws {
        try await parted { _, _, phone, _, model in
            await model.write()
            let first = try #require(model.shown.file)
            let folder = first.deletingLastPathComponent()
            let (old, fresh) = (
                folder.appendingPathComponent("old.xuncha"), folder.appendingPathComponent("fresh.xuncha")
            )
            for file in [old, fresh] { try Data("older".utf8).write(to: file) }
            try letAge(old)
            await model.write()
            #expect(!isThere(old))
            #expect(isThere(fresh), "somebody may be fetching it")
            #expect(isThere(try #require(model.shown.file)))
        }
    }

    @Test("A file that is being written when an answer is read in is complete first, and then goes")
    func inTurn() async throws {
        try await parted { _, _, phone, _, _ in
            let writing = Task { try await phone.handOverFile.write() }
            for _ in 0..<1000 where !phone.handOverFile.isBusy { await Task.yield() }
            await phone.handOverFile.clear()
            let file = try await writing.value.file
            #expect(!isThere(file))
            #expect(isThere(try await phone.handOverFile.write().file))
        }
    }

    @Test("Killed after the file was written, the app still says that its answer is not here, and takes it")
    func killed() async throws {
        try await parted { hub, test, phone, record, model in
            await model.write()
            let answer = try hub.takeFile(try #require(model.shown.file))
            let (_, after) = try test.killed()
            let again = HandOverModel(after)
            #expect(again.shown.page?.written != nil)
            await again.take(.success(answer))
            #expect(again.shown.taken?.report.moved.recordsReceived == 1)
            #expect(again.shown.page?.written == nil)
            #expect(state(record, on: after) == .received)
        }
    }

    @Test(
        "With the phone's storage full no file is written, in words, and there is one once there is room",
        .enabled(if: SmallDisk.isPossible, "only root on Linux mounts a small disk"))
    func storageFull() async throws {
        try await parted { _, test, _, record, _ in
            let disk = test.folder.deletingLastPathComponent().appendingPathComponent("disk")
            try SmallDisk.mount(disk, megabytes: 1)
            defer { SmallDisk.unmount(disk) }
            test.temporary = disk
            let (_, phone) = try test.killed()
            let model = HandOverModel(phone)
            let filler = try SmallDisk.fill(disk)
            let rest = disk.appendingPathComponent("rest")
            _ = FileManager.default.createFile(atPath: rest.path, contents: Data(count: 65_536))
            await model.write()
            #expect(model.shown.trouble?.cause == .core(.storageFull))
            #expect(model.shown.file == nil)
            try FileManager.default.removeItem(at: filler)
            await model.write()
            #expect(model.shown.trouble == nil)
            #expect(model.shown.file != nil)
            #expect(state(record, on: phone) != .received)
        }
    }
}
