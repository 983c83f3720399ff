// Made-up pages for previews.

import Foundation
import XunchaCore
import XunchaKit

extension Trouble {
    static let sample = Trouble(.core(.databaseNewer), in: .zhHans)
}

extension EnrolledAs {
    static let sample = EnrolledAs(
        device: "", member: "", memberName: "李明远", station: "", stationName: "柳岸工作站",
        hub: "https://hub.example")
}

extension VenueLine {
    static func sample(_ name: String, _ state: CoverageShown, _ label: String, lastDay: String?) -> VenueLine
    {
        VenueLine(
            venue: name, name: name, kindLabel: "网吧", address: "柳岸路 8 号", state: state, stateLabel: label,
            lastDay: lastDay, counted: 1, required: 2, visitsLabel: "已查 1 次，还要查 1 次",
            hasUnsent: state == .onTrack, distance: "180米")
    }
}

extension HomePage {
    static let sample = HomePage(
        memberName: "李明远", roleLabel: "志愿者", mayInspect: true, mayCheckIn: false, isHead: false,
        nearestFirst: false, stationName: "柳岸工作站", month: "2026-11", met: 1, total: 3,
        progress: "11月：3 个场所，已达标 1 个",
        venues: [
            .sample("蓝鲸网吧", .late, "要抓紧", lastDay: "最晚 11月23日"),
            .sample("星河游戏厅", .onTrack, "进行中", lastDay: nil),
            .sample("橙光网吧", .met, "已达标", lastDay: nil),
        ],
        drafts: [], urgent: [], waiting: "1 条记录等待上传", unsent: .waiting, notices: [])
}

extension HandOverPage {
    static let sample = HandOverPage(
        records: 3, photos: 2, text: "3 条记录、2 张照片，约 0.6 MB",
        steps: ["把文件拷到 U 盘，或者发给站长。", "站里的电脑收下文件，给出一个回执文件。"],
        written: "11月24日 14:12 写过一个文件，还没有读入它的回执。", fileName: "李明远-1124-1412.xuncha",
        answerBytes: 0)
}

extension PersonLine {
    static let samples = [PersonLine(id: "1", name: "王桂芳"), PersonLine(id: "2", name: "赵德明")]
}

extension CoveragePage {
    static let sample = CoveragePage(
        month: "2026-11", monthLabel: "2026年11月", stationName: "柳岸工作站", met: 1, total: 3,
        toReview: ReviewQueue.sample.text,
        lines: HomePage.sample.venues.map { venue in
            CoverageLine(
                venue: venue,
                records: [
                    CoverageVisit(
                        record: venue.name, day: "2026-11-12", when: "11月12日", people: ["李明远"],
                        verdict: .counts, verdictLabel: "计入", unsent: false)
                ])
        }, own: OwnPlaces(checkIn: true, coverage: true))
}

extension ReviewQueue {
    static let sample = ReviewQueue(
        lines: [
            ReviewLine(
                record: "1", venue: "1", venueName: "星河游戏厅", when: "11月12日 09:20", people: PersonLine.samples,
                findings: [.sample], grade: .onSite, gradeLabel: "在场", isCorrection: false)
        ], text: "1 条待审核")
}

extension ReviewModel {
    @MainActor static var sample: ReviewModel {
        let content = RecordContent(
            companions: [], answers: AnswerLine.samples, note: nil, findings: [.sample],
            evidence: EvidenceLine(grade: .onSite, label: "在场", reasons: ["距场所约 12 米（精度 18 米）"]))
        let page = ReviewPage(
            line: ReviewQueue.sample.lines[0], content: content, note: nil,
            photos: [ReviewPhoto(id: "1", item: "wb_sign", text: "照片", canBeSeen: true)],
            review: "待审核", waits: true, usualReasons: [])
        let model = ReviewModel(.sample, record: "1")
        model.show { $0.page = page }
        return model
    }
}

extension AnswerLine {
    static let samples = [
        AnswerLine(item: "wb_sign", question: "入口有没有“未成年人禁入”标志？", answer: "没有", note: "被广告挡住了")
    ]
}

extension PhotoLine {
    static let sample = PhotoLine(
        id: "1", item: nil, bytes: 214_000, state: .waiting, text: "在本机，等待上传", onPhone: true)
}

extension ChoiceLine {
    static let sample = ChoiceLine(
        code: "yes", label: "有", tone: .bad, asksMinors: true, asksDanger: true,
        minorsAsked: MinorsAsked(
            howMany: "大约看到几个？", whichAge: "大概多大？可以选几个，看不出就不选", whatCameOfIt: "后来怎么样？",
            dissuaded: "已劝离", inDanger: "有孩子处于危险"))
}

extension DraftItem {
    static let sample = DraftItem(
        item: "wb_minors", question: "场内有无疑似未成年人？", basis: ["《未成年人保护法》第五十八条"],
        choices: [
            .sample, ChoiceLine(code: "no", label: "没有", tone: .good, asksMinors: false, asksDanger: false),
        ],
        takesText: false, asksPhoto: true, dayType: nil, time: nil, answer: nil, answerText: nil)
}

extension DraftPage {
    static let sample = DraftPage(
        draft: "", venue: "", venueName: "蓝鲸网吧", kindLabel: "网吧", title: "网吧检查", corrects: nil,
        returnedBecause: nil, startedAt: 0, started: "11月24日 14:12", dayType: "工作日",
        companions: PersonLine.samples, hasFix: false, placardScanned: false, items: [.sample], current: nil,
        answered: 0, total: 1, photos: [], littleRoom: nil)
}

extension InspectionModel {
    @MainActor static var sample: InspectionModel {
        let model = InspectionModel(.sample, draft: "")
        model.show { $0.page = .sample }
        return model
    }
}

extension Phone {
    /// A phone out of the box; its book lies where the system throws it away.
    @MainActor static var sample: Phone {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        guard let book = try? openBook(dir: folder.path, vault: SampleVault()) else {
            fatalError("previews need room for a book")
        }
        return Phone(
            book: book, seams: .ofThisPhone, preferences: Preferences(),
            folders: Folders(book: folder, taken: folder.appendingPathComponent("taken")))
    }
}

/// Keeps a key as it is: for previews only, where there is nothing to protect.
private final class SampleVault: KeyVault {
    func wrap(key: Data) throws -> Data { key }
    func unwrap(wrapped: Data) throws -> Data { wrapped }
}

extension FindingLine {
    static let sample = FindingLine(
        item: "wb_exit", question: "疏散通道、安全出口是否畅通未锁闭？", answer: "堵塞或锁闭", severity: .s,
        severityLabel: "紧急", advice: "请先保证自己安全，马上告诉社区民警，或者拨打110。", repeated: false)
}

extension RecordLine {
    static let samples: [RecordLine] = [
        .sample(.waiting, "已保存在本机，等待上传"),
        .sample(.sending, "正在上传"),
        .sample(.returned, "已退回：请补上标志的照片"),
        .sample(.refused, "未被接收：检查表版本不符，请更新应用。"),
    ]

    static func sample(_ state: RecordShown, _ text: String, note: String? = nil) -> RecordLine {
        RecordLine(
            record: text, venue: "", venueName: "蓝鲸网吧", kind: .inspection, kindLabel: "检查", happenedAt: 0,
            when: "11月24日 14:12", isCorrection: false, state: StateLine(state: state, text: text, note: note),
            photosNote: state == .waiting ? "还有 1 张照片等待上传" : nil)
    }
}

extension RecordPage {
    static let sample = RecordPage(
        line: .sample(.waiting, "已保存在本机，等待上传"),
        content: nil, photos: [], canCorrect: false, seq: 1, sha256: "", receiptNumber: nil, receipt: nil)
}

extension Licences {
    static let sample = Licences(
        licence: "MIT", packages: [Package(name: "sample 1.0", source: "https://example.org")],
        texts: ["Permission is hereby granted, free of charge, to any person obtaining a copy…"])
}
