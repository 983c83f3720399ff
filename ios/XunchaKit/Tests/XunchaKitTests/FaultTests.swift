// What goes wrong in the hand of a volunteer: each shows a sentence that says what to do, and nothing is lost.

import Foundation
import Testing
import XunchaCore

@testable import XunchaKit

@MainActor
struct FaultTests {
    @Test("Killed at every screen of an inspection it reopens there, with every answer")
    func killedEverywhere() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            var (test, phone) = (test, phone)
            var model = try phone.inspect(with: [Person.companion])
            let total = try #require(model.shown.page?.items.count)
            for number in 1...total {
                (test, phone) = try test.killed()
                let home = HomeModel(phone)
                let draft = try #require(home.shown.page?.drafts.first)
                #expect(draft.answered == UInt64(number - 1))
                home.resume(draft)
                model = InspectionModel(phone, draft: draft.draft)
                #expect(model.shown.number == number)
                if number == 1 {
                    try model.press("yes")
                    model.count(2)
                    model.toggle(.junior)
                    (test, phone) = try test.killed()
                    model = InspectionModel(phone, draft: draft.draft)
                    let minors = model.shown.minors
                    #expect(minors == MinorsForm(count: 2, bands: [.junior]), "a follow-up is gone on with")
                    #expect(model.shown.page?.answered == 0, "and is no answer before it is confirmed")
                    model.confirmMinors()
                } else if let choice = model.item?.choices.first {
                    model.choose(choice)
                    if case .photo = model.shown.step {
                        (test, phone) = try test.killed()
                        model = InspectionModel(phone, draft: draft.draft)
                        #expect(model.shown.number == number, "where its button asks for the photo")
                        #expect(model.item?.answer?.answer == .choice(choice: choice.code, minors: nil))
                        model.forward()
                    }
                } else {
                    model.write("一切正常")
                    model.confirmWords()
                }
            }
            (test, phone) = try test.killed()
            model = InspectionModel(phone, draft: model.draft)
            #expect(model.shown.step == .summary)
            #expect(model.shown.skipped == [])
            #expect(model.shown.page?.companions.map(\.name) == [Person.companion])
            model.finish()
            let record = try phone.doneRecord()

            (test, phone) = try test.killed()
            #expect(DoneModel(phone, record: record).shown.page?.line.state.state == .waiting)
            try hub.start()
            await phone.uploader.upload()
            #expect(DoneModel(phone, record: record).shown.page?.line.state.state == .received)

            (test, phone) = try test.killed()
            #expect(DoneModel(phone, record: record).shown.receipt != nil)
            #expect(try hub.verify())
        }
    }

    @Test("A photo that is no picture is told, and the inspection goes on")
    func noPicture() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            try test.willTake(Data("这不是照片".utf8))
            await model.takePhoto()
            let file = try #require(test.platform.lastPicture)
            #expect(!FileManager.default.fileExists(atPath: file.path))
            #expect(model.shown.trouble?.cause == .core(.notAPicture))
            #expect(model.shown.trouble?.sentence == "这张照片打不开。请重新拍一张。")
            #expect(model.shown.page?.photos == [])
            try model.press("no")
            #expect(model.shown.number == 2)
        }
    }

    @Test("A photo that the camera did not finish is told as that, and can be taken again")
    func cutPicture() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            let whole = Picture.png(side: 64)
            try test.willTake(whole.dropLast(whole.count / 2))
            await model.takePhoto()
            #expect(model.shown.trouble?.sentence == "这次拍照没有完成，照片不全。请重拍一张，等照片存好再返回。")
            #expect(model.shown.page?.photos == [])
            try test.willTake(whole)
            await model.takePhoto()
            #expect(model.shown.trouble == nil)
            #expect(model.shown.page?.photos.count == 1)
        }
    }

    enum CameraRoom { case hasRoom, hasNone }

    @Test(
        "With the phone's storage full a photo is refused in words, and what was filled in stays",
        .enabled(if: SmallDisk.isPossible, "only root on Linux mounts a small disk"),
        arguments: [CameraRoom.hasRoom, .hasNone])
    func storageFull(camera: CameraRoom) async throws {
        try await inFolder { folder in
            let disk = folder.appendingPathComponent("disk")
            try SmallDisk.mount(disk, megabytes: 4)
            defer { SmallDisk.unmount(disk) }
            let hub = try Hub(in: folder)
            defer { hub.stop() }
            let test = TestPhone(in: disk)
            let picture = folder.appendingPathComponent("picture")
            try Picture.png(side: 900).write(to: picture)
            // The camera found room, or did not.
            if camera == .hasRoom { test.taken = folder.appendingPathComponent("taken") }
            let phone = try await test.enrol(at: hub)
            let model = try phone.inspect()
            try model.press("no")
            test.platform.pictures = [.taken(picture), .taken(picture)]
            model.refresh()
            #expect(
                model.shown.page?.littleRoom?.contains("请先删掉一些不用的照片或视频，再拍照。") == true,
                "it is told before a photo is taken")
            let filler = try SmallDisk.fill(disk)
            await model.takePhoto()
            #expect(model.shown.trouble?.cause == .core(.storageFull))
            #expect(model.shown.trouble?.sentence == "手机空间满了。已经填好的都还在。请删掉一些不用的照片或视频，再试一次。")
            #expect(model.shown.number == 2)
            try FileManager.default.removeItem(at: filler)
            switch camera {
            case .hasRoom:
                #expect(model.shown.photosLeft == 1, "it was taken: nobody has to do that again")
                await model.keepLeftPhotos()
            case .hasNone:
                #expect(model.shown.photosLeft == 0)
                let file = try #require(test.platform.lastPicture).deletingLastPathComponent()
                let left = (try? FileManager.default.contentsOfDirectory(atPath: file.path)) ?? []
                #expect(left == [], "half a picture takes no room")
                await model.takePhoto()
            }
            #expect(model.shown.trouble == nil)
            #expect(model.shown.photosLeft == 0)
            #expect(model.shown.page?.photos.map(\.item) == ["wb_sign"])
            model.skipAll()
            model.finish()
            await phone.uploader.upload()
            #expect(try phone.book.record(record: phone.doneRecord()).line.state.state == .received)
        }
    }

    @Test("The camera taken away in the middle is told; the inspection ends well without it")
    func cameraTakenAway() async throws {
        try await enrolled { _, test, phone in
            let model = try phone.inspect()
            try test.willTake(Picture.png(side: 16))
            await model.takePhoto()
            test.platform.pictures = [.refused, .failed, .cancelled]
            await model.takePhoto()
            #expect(model.shown.trouble?.cause == .cameraRefused)
            #expect(model.shown.trouble?.sentence == "没有允许用相机。可以不拍照，接着做；想拍照，请在手机的设置里允许。")
            await model.takePhoto()
            #expect(model.shown.trouble?.cause == .cameraFailed)
            #expect(model.shown.trouble?.sentence == "这次没有拍成。可以再拍一次，也可以不拍，接着做。")
            await model.takePhoto()
            #expect(model.shown.trouble == nil)
            #expect(model.shown.page?.photos.count == 1, "the one from before is there")
            model.skipAll()
            model.finish()
            #expect(try phone.book.record(record: phone.doneRecord()).photos.count == 1)
        }
    }

    @Test("The position taken away while it is read is told, and that inspection is finished without it")
    func positionTakenAway() async throws {
        try await enrolled(as: Person.head) { _, test, phone in
            test.platform.located = .fix(.atTheCafe())
            test.platform.isLocating = true
            let model = try phone.inspect(Place.arcade)
            let appearing = Task { await model.appeared() }
            while !model.shown.near.isLocating { await Task.yield() }
            try model.press("no")
            test.platform.located = .refused
            test.platform.isLocating = false
            await appearing.value
            #expect(model.shown.near.located == .refused)
            #expect(model.shown.number == 2, "who answers is not held up by it")
            model.skipAll()
            model.finish()
            let record = try phone.book.record(record: phone.doneRecord())
            #expect(record.content?.evidence.grade == .unlocated)
            let list = CheckInModel(phone)
            await list.appeared()
            #expect(list.shown.near.located == .refused)
            #expect(list.shown.venues.count == 2)
            #expect([model.shown.trouble, list.shown.trouble] == [nil, nil])
        }
    }

    @Test("A clock that is wrong by hours is told on the first screen, and the visit counts all the same")
    func wrongClock() async throws {
        try await withHub { hub, test in
            test.clock = WrongClock(aheadMs: 5 * 3_600_000)
            let phone = try await test.enrol(at: hub)
            let notice = try #require(HomeModel(phone).shown.page?.notices.first)
            #expect(notice.code == .clockOff)
            #expect(notice.text == "手机的时间不准，请在设置里打开自动设置时间。")
            let model = try phone.inspect()
            model.skipAll()
            model.finish()
            await phone.uploader.upload()
            #expect(try phone.book.record(record: phone.doneRecord()).line.state.state == .received)
        }
    }

    @Test("A database from a newer app is told and left as it is")
    func newerDatabase() async throws {
        try await inFolder { folder in
            // The app is closed when this is over: what was in the log is in the file then.
            @MainActor func used() throws { try TestPhone(in: folder).start() }
            try used()
            let changed = try StoreFile(in: folder).setVersion(99)
            let newer = TestPhone(in: folder)
            guard case .closed(let trouble) = newer.launch() else { throw Failure("it opened") }
            #expect(trouble.cause == .core(.databaseNewer))
            #expect(trouble.sentence == "这是新版应用保存的资料。请更新应用，资料都在。")
            #expect(try Data(contentsOf: changed.file) == changed.bytes, "nothing was touched")
        }
    }

    @Test("A phone that is not unlocked yet says so, and the same button opens the book later")
    func lockedVault() async throws {
        try await enrolled { _, test, _ in
            test.secrets.isLocked = true
            let after = try test.copy()
            guard case .closed(let trouble) = after.launch() else { throw Failure("it opened") }
            #expect(trouble.cause == .core(.vaultUnavailable))
            #expect(trouble.sentence == "手机的安全钥匙暂时读不到。请先解锁手机，再打开一次；还不行就把手机关机重开。记录都在。")
            after.secrets.isLocked = false
            after.app?.open()
            guard case .open(let phone) = after.app?.shown.stage else { throw Failure("it did not open") }
            #expect(try phone.book.home().memberName == Person.volunteer)
        }
    }

    @Test("A key store that was reset leads to a new enrolment, and what waited is received")
    func keyStoreReset() async throws {
        try await enrolled { hub, test, phone in
            hub.stop()
            let model = try phone.inspect()
            model.skipAll()
            model.finish()
            let record = try phone.doneRecord()
            await phone.uploader.upload()
            test.secrets.secret = nil
            let (after, again) = try test.killed()
            #expect(again.way.shown == [.enrol])
            try hub.start()
            let enrol = EnrolModel(again, label: "手机")
            await enrol.enrol(by: try hub.card(for: Person.volunteer).link)
            enrol.begin()
            await again.uploader.upload()
            #expect(try again.book.outbox().recordsWaiting == 0)
            #expect(try again.book.record(record: record).line.state.state == .received)
            #expect(after.app != nil)
        }
    }

    @Test(
        "A page of somebody else in the hub's place is not believed",
        arguments: [
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>",
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{\"api\":\"version9\"",
            // In the form of a refusal, but not by the hub's own type.
            "HTTP/1.1 426 Upgrade Required\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nnewer",
        ])
    func otherAnswers(answer: String) async throws {
        try await enrolled { hub, _, phone in
            let model = try phone.inspect()
            let port = hub.port
            hub.stop()
            let other = try StrangeServer(port: port, answer: answer)
            model.skipAll()
            model.finish()
            let outbox = OutboxModel(phone)
            await outbox.upload()
            other.stop()
            let uploading = phone.uploader.shown
            #expect(uploading.stuck?.cause == .core(.hubAnswer), "\(uploading)")
            #expect(uploading.toldFirst == "服务器的回答看不懂（可能是公共网络的登录页）。记录都在本机，稍后自动再传。")
            #expect(outbox.shown.page?.recordsWaiting == 1)
            try hub.start()
            await outbox.upload()
            #expect(outbox.shown.page?.recordsWaiting == 0)
        }
    }

    @Test("A hub that is newer than the app is told as that; what waits is received after the update")
    func newerHub() async throws {
        try await enrolled { hub, _, phone in
            let model = try phone.inspect()
            let port = hub.port
            hub.stop()
            let newer = try StrangeServer(
                port: port,
                answer: "HTTP/1.1 426 Upgrade Required\r\ncontent-type: application/problem+json\r\n"
                    + "content-length: 32\r\n\r\n{\"code\":\"api_gone\",\"title\":\"v2\"}")
            model.skipAll()
            model.finish()
            let outbox = OutboxModel(phone)
            await outbox.upload()
            newer.stop()
            let uploading = phone.uploader.shown
            #expect(uploading.stuck?.cause == .core(.hubNewer), "\(uploading)")
            #expect(uploading.told == ["服务器已经升级，请更新应用。记录都在本机，更新后自动再传。"])
            #expect(outbox.shown.page?.recordsWaiting == 1)
            try hub.start()
            await outbox.upload()
            #expect(outbox.shown.page?.recordsWaiting == 0)
        }
    }
}
