// The app's own words and colours, read from its files: what no compiler on Linux looks at.

import Foundation
import Testing

@testable import XunchaKit

/// The app's folder in the sources.
private let app = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Xuncha").standardizedFileURL

private func files(_ suffix: String) -> [URL] {
    let all = FileManager.default.enumerator(at: app, includingPropertiesForKeys: nil)
    return (all?.allObjects as? [URL] ?? []).filter { $0.path.hasSuffix(suffix) }
}

private func propertyList(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: app.appendingPathComponent("Resources/\(name)"))
    return try #require(
        try PropertyListSerialization.propertyList(from: data, format: nil) as? [String: Any])
}

struct AppWordsTests {
    /// A String Catalog: the words of each key by language.
    private struct Catalog: Decodable {
        struct Entry: Decodable { let localizations: [String: Localization] }
        struct Localization: Decodable { let stringUnit: Unit }
        struct Unit: Decodable {
            let state: String
            let value: String
        }
        let sourceLanguage: String
        let strings: [String: Entry]

        init(_ name: String) throws {
            let data = try Data(contentsOf: app.appendingPathComponent("Resources/\(name).xcstrings"))
            self = try JSONDecoder().decode(Catalog.self, from: data)
        }
    }

    @Test("Every text of the screens has its English, and the catalogue has no text that is not shown")
    func complete() throws {
        let catalog = try Catalog("Localizable")
        let sources = files(".swift").filter { !$0.path.contains("/Samples/") }
        let shown = try sources.flatMap { literals(in: try String(contentsOf: $0, encoding: .utf8)) }
        #expect(shown.count > 90)
        let known = Set(catalog.strings.keys.map(withoutPlaceholders))
        #expect(Set(shown).subtracting(known) == [], "not in the catalogue")
        #expect(known.subtracting(shown) == [], "not on any screen")
    }

    @Test("Chinese texts stand in the catalogue as on the screens; English ones have their placeholders")
    func translated() throws {
        let catalog = try Catalog("Localizable")
        #expect(catalog.sourceLanguage == "zh-Hans")
        for (key, entry) in catalog.strings {
            let english = try #require(entry.localizations["en"]?.stringUnit, "\(key)")
            #expect(english.state == "translated")
            #expect(entry.localizations["zh-Hans"]?.stringUnit.value == key)
            let (marks, wanted) = (english.value.filter { $0 == "%" }, key.filter { $0 == "%" })
            #expect(marks == wanted, "\(key)")
        }
    }

    @Test(
        "No text says that something was received or uploaded, which the core alone does, or enforced"
    )
    func honest() throws {
        let sources = try sources()
        #expect(!sources.contains("服务器已收到"))
        for key in try Catalog("Localizable").strings.keys {
            for word in ["已上传", "已收到", "查处", "处罚", "错误", "失败"] { #expect(!key.contains(word), "\(key)") }
            #expect(key.count <= 40, "\(key)")
        }
    }

    @Test(
        "The platform is told why camera, location and local network are used, in both languages, and what comes of a no"
    )
    func purposes() throws {
        let info = try propertyList("Info.plist")
        let catalog = try Catalog("InfoPlist")
        for (key, end) in [
            ("NSCameraUsageDescription", "不允许也可以使用。"), ("NSLocationWhenInUseUsageDescription", "不允许也可以使用。"),
            ("NSLocalNetworkUsageDescription", "不允许的话，记录留在本机。"),
        ] {
            let words = try #require(info[key] as? String)
            #expect(words.hasSuffix(end))
            #expect(catalog.strings[key]?.localizations["zh-Hans"]?.stringUnit.value == words)
            #expect(catalog.strings[key]?.localizations["en"] != nil)
        }
    }

    @Test("The buttons that both apps have say the same on both, and the app has one name")
    func asOnAndroid() throws {
        let (chinese, english) = (try android("values"), try android("values-en"))
        let here = try Catalog("Localizable").strings
        for word in [
            "朗读", "写几句", "写好了", "确定", "下一题", "看小结", "拍照片", "请拍照片", "再拍一张", "未查看", "接着检查", "签到",
            "备注（写好再点签到）", "本月检查", "每道题自动读出来", "完成", "通过", "退回", "设置", "马上上传", "检查一下资料", "回首页",
            "再看更早的", "删掉这张", "删掉这一份", "用到的开源软件", "离我最近的排在上面", "更正这次检查", "不做了，删掉这次检查",
            "没有网络？用文件上交", "读入回执文件", "开始检查", "知道了", "再试一次", "返回", "不等了，直接签到", "读一次位置",
            "重新登记这部手机", "向工作站报告这部手机", "关于", "上个月", "下个月", "再存一次", "不拍，看小结",
            "看内容", "看照片", "审核", "正在读取……", "内容只在这里显示，不存进手机。", "场所照片", "这张照片打不开。",
            "小一点", "一般", "大", "很大", "最大", "跟手机一样",
        ] {
            let same = chinese.filter { $0.value == word }.compactMap { english[$0.key] }
            let value = try #require(here[word]?.localizations["en"]?.stringUnit.value, "\(word)")
            #expect(same.contains(value), "\(word)")
        }
        #expect(chinese["no_voice"] == Trouble.sentence(of: .noVoice, in: .zhHans))
        #expect(english["no_voice"] == Trouble.sentence(of: .noVoice, in: .en))
        let name = try #require(try propertyList("Info.plist")["CFBundleDisplayName"] as? String)
        #expect(chinese["app_name"] == name)
    }

    /// The words of the Android app by their names.
    private func android(_ folder: String) throws -> [Substring: String] {
        let file = app.appendingPathComponent("../../android/app/src/main/res/\(folder)/strings.xml")
        let text = try String(contentsOf: file.standardizedFileURL, encoding: .utf8)
        let words = text.matches(of: /<string name="(\w+)">(.*?)<\/string>/).map { ($0.1, String($0.2)) }
        return Dictionary(uniqueKeysWithValues: words)
    }

    @Test(
        "Book and pictures lie on this phone alone: in no backup, protected, and not where the platform empties"
    )
    func places() throws {
        let place = try String(
            contentsOf: app.appendingPathComponent("Platform/BookPlace.swift"), encoding: .utf8)
        #expect(place.contains("Folders(book: Self.folder(\"book\"), taken: Self.folder(\"taken-photos\"))"))
        #expect(
            place.contains("isExcludedFromBackup = true") && place.contains("applicationSupportDirectory"))
        #expect(place.contains("FileProtectionType.completeUntilFirstUserAuthentication"))
    }

    @Test("The link of an enrolment card leads to the app")
    func link() throws {
        let types = try #require(try propertyList("Info.plist")["CFBundleURLTypes"] as? [[String: Any]])
        #expect(types.contains { $0["CFBundleURLSchemes"] as? [String] == ["xuncha"] })
        #expect(try sources().contains(".onOpenURL"))
    }

    @Test("Files of ours are opened with the app, where they lie, and their type is told to the platform")
    func documents() throws {
        let info = try propertyList("Info.plist")
        let told = try #require(info["UTExportedTypeDeclarations"] as? [[String: Any]])
        let tags = told[0]["UTTypeTagSpecification"] as? [String: [String]]
        #expect(tags == ["public.filename-extension": ["xuncha"]])
        let ours = try #require(told[0]["UTTypeIdentifier"] as? String)
        let opened = try #require(info["CFBundleDocumentTypes"] as? [[String: Any]])
        #expect(opened[0]["LSItemContentTypes"] as? [String] == [ours])
        #expect(opened[0]["LSHandlerRank"] as? String == "Owner")
        #expect(info["LSSupportsOpeningDocumentsInPlace"] as? Bool == true)
        let page = app.appendingPathComponent("Screens/HandOverScreen.swift")
        #expect(try String(contentsOf: page, encoding: .utf8).contains(".onDisappear { model.left() }"))
    }

    @Test("The tasks that wake the app have the names that the platform was told")
    func background() throws {
        let info = try propertyList("Info.plist")
        let names = try #require(info["BGTaskSchedulerPermittedIdentifiers"] as? [String])
        let source = try String(
            contentsOf: app.appendingPathComponent("Platform/BackgroundUpload.swift"), encoding: .utf8)
        #expect(names.count == 2 && names.allSatisfy { source.contains("\"\($0)\"") })
        #expect(info["UIBackgroundModes"] as? [String] == ["processing", "fetch"])
    }

    @Test(
        "Every framework that asks a person has its purpose told, and nothing is asked for that is not used")
    func asked() throws {
        // What a framework asks for; a picture is taken, none is chosen from the library, and no sound is recorded.
        let asking = [
            "CoreLocation": "NSLocationWhenInUseUsageDescription", "VisionKit": "NSCameraUsageDescription",
            "AVCaptureDevice": "NSCameraUsageDescription", "PHPhotoLibrary": "NSPhotoLibraryUsageDescription",
            "UIImagePickerController": "NSCameraUsageDescription", "Contacts": "NSContactsUsageDescription",
            "AVAudioRecorder": "NSMicrophoneUsageDescription",
            "SFSpeechRecognizer": "NSSpeechRecognitionUsageDescription",
            "LocalAuthentication": "NSFaceIDUsageDescription", "CoreMotion": "NSMotionUsageDescription",
        ]
        let platform = try sources()
        // The core's own sockets may lead to a hub in the station's network.
        let needed = Set(asking.filter { platform.contains($0.key) }.values)
            .union(["NSLocalNetworkUsageDescription"])
        let told = Set(try propertyList("Info.plist").keys.filter { $0.hasSuffix("UsageDescription") })
        #expect(needed == told)
    }

    @Test(
        "The privacy manifest says that nobody is tracked, what is collected, and why each guarded call is made"
    )
    func privacy() throws {
        let manifest = try propertyList("PrivacyInfo.xcprivacy")
        #expect(manifest["NSPrivacyTracking"] as? Bool == false)
        #expect((manifest["NSPrivacyTrackingDomains"] as? [Any])?.isEmpty == true)
        let used = try #require(manifest["NSPrivacyAccessedAPITypes"] as? [[String: Any]])
        let reasons = Dictionary(
            uniqueKeysWithValues: used.map {
                (
                    ($0["NSPrivacyAccessedAPIType"] as? String ?? "").replacingOccurrences(
                        of: "NSPrivacyAccessedAPICategory", with: ""),
                    $0["NSPrivacyAccessedAPITypeReasons"] as? [String] ?? []
                )
            })
        // Preferences are the app's; the core asks for the room left, the time since the start and files' dates.
        #expect(
            reasons == [
                "UserDefaults": ["CA92.1"], "DiskSpace": ["E174.1"], "SystemBootTime": ["35F9.1"],
                "FileTimestamp": ["C617.1"],
            ])
        #expect(try !sources().contains("activeInputModes"))
        let collected = try #require(manifest["NSPrivacyCollectedDataTypes"] as? [[String: Any]])
        let kinds = collected.map {
            ($0["NSPrivacyCollectedDataType"] as? String ?? "").replacingOccurrences(
                of: "NSPrivacyCollectedDataType", with: "")
        }
        // What a record holds, whose it is, and what a phone tells its station of itself.
        #expect(
            Set(kinds) == [
                "PreciseLocation", "PhotosorVideos", "OtherUserContent", "Name", "DeviceID",
                "OtherDiagnosticData",
            ])
        #expect(kinds.count == 6)
        for kind in collected {
            #expect(kind["NSPrivacyCollectedDataTypeTracking"] as? Bool == false)
            #expect(
                kind["NSPrivacyCollectedDataTypePurposes"] as? [String] == [
                    "NSPrivacyCollectedDataTypePurposeAppFunctionality"
                ])
        }
    }

    /// All Swift of the app itself.
    private func sources() throws -> String {
        try files(".swift").map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    }

    @Test("The open-source software is listed as on Android, with the texts that go along")
    func licences() throws {
        struct Group: Decodable {
            struct Package: Decodable { let name: String }
            let licence: String
            let packages: [Package]
            let texts: [String]
        }
        let here = try Data(contentsOf: app.appendingPathComponent("Resources/licences.json"))
        let android = app.appendingPathComponent("../../android/app/src/main/res/raw/licences.json")
        #expect(try here == Data(contentsOf: android.standardizedFileURL))
        let groups = try JSONDecoder().decode([Group].self, from: here)
        for name in ["rusqlite", "ring", "SQLite", "uniffi"] {
            #expect(groups.contains { $0.packages.contains { $0.name.hasPrefix(name) } }, "\(name)")
        }
        #expect(groups.allSatisfy { !$0.texts.isEmpty })
        let mit = groups.filter { $0.licence == "MIT" }
        #expect(mit.count > 10, "each with its own notice")
        #expect(mit.allSatisfy { $0.texts.contains { $0.contains("Permission is hereby granted") } })
    }

    /// Chinese string literals that are looked up, each interpolation as one mark.
    private func literals(in source: String) -> [String] {
        let code = source.split(separator: "\n").filter {
            !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//")
        }
        var (found, rest) = ([String](), Substring(code.joined(separator: "\n")))
        while let quote = rest.firstIndex(of: "\"") {
            let isVerbatim = rest[..<quote].hasSuffix("verbatim: ")
            rest = rest[rest.index(after: quote)...]
            let literal = takeLiteral(&rest)
            if !isVerbatim, literal.contains(where: { ("\u{4E00}"..."\u{9FFF}").contains($0) }) {
                found.append(literal)
            }
        }
        return found
    }

    /// Up to the closing quote; `\(…)` becomes one mark.
    private func takeLiteral(_ rest: inout Substring) -> String {
        var literal = ""
        while let letter = rest.popFirst(), letter != "\"" {
            guard letter == "\\" else {
                literal.append(letter)
                continue
            }
            var depth = rest.popFirst() == "(" ? 1 : 0
            if depth == 1 { literal.append("\u{1}") }
            while depth > 0, let inner = rest.popFirst() {
                if inner == "(" { depth += 1 }
                if inner == ")" { depth -= 1 }
            }
        }
        return literal
    }

    private func withoutPlaceholders(_ key: String) -> String {
        key.replacingOccurrences(of: "%lld", with: "\u{1}").replacingOccurrences(of: "%@", with: "\u{1}")
    }
}

struct AppPartsTests {
    /// The sources of screens without their comments and previews.
    private func screens() throws -> [(name: String, code: String)] {
        try files(".swift").filter { $0.path.contains("/Screens/") }.map { file in
            (file.lastPathComponent, try String(contentsOf: file, encoding: .utf8))
        }
    }

    @Test("Whatever is tapped is one of the large parts, and nothing of the platform's small ones is shown")
    func buttons() throws {
        for (name, code) in try screens() {
            let own = code.replacingOccurrences(of: "BigButton(", with: "").replacingOccurrences(
                of: "CardButton(", with: "")
            for word in [
                "Button(", "Toggle(", "Slider(", "Stepper(", "onTapGesture", "Link(", ".toolbar", ".alert(",
            ] {
                #expect(!own.contains(word), "\(name): \(word)")
            }
        }
    }

    @Test("No screen sets a size of text or a colour by itself, and every sign has words beside it")
    func style() throws {
        for (name, code) in try screens() {
            for word in [".font(", "Color(", "Image(", ".lineLimit("] {
                #expect(!code.contains(word), "\(name): \(word)")
            }
        }
    }

    @Test(
        "The platform's bar, whose title and way back are small, is on no screen: each is a page with its own"
    )
    func bars() throws {
        let page = try String(contentsOf: app.appendingPathComponent("Design/Page.swift"), encoding: .utf8)
        #expect(page.contains(".toolbar(.hidden, for: .navigationBar)"))
        #expect(page.contains(".modifier(Escape(back: back))"), "with the bar went the way back of a voice")
        for (name, code) in try screens() where name.hasSuffix("Screen.swift") {
            #expect(code.contains("Page("), "\(name)")
            #expect(!code.contains("navigationBar"), "\(name)")
        }
    }

    @Test("Where text is so large that buttons cannot stay in place, no list and no extra comes before them")
    func reach() throws {
        let page = try String(contentsOf: app.appendingPathComponent("Design/Page.swift"), encoding: .utf8)
        let (footer, below) = (page.range(of: "if isTight { footer() }"), page.range(of: "below()\n"))
        #expect(try #require(footer).upperBound < (try #require(below)).lowerBound)
        for name in ["Home", "Venue", "Inspection", "Coverage", "Outbox"] {
            let code = try #require(try screens().first { $0.name == "\(name)Screen.swift" }).code
            let parts = code.components(separatedBy: "} below: {")
            #expect(parts.count == 2, "\(name)")
            #expect(!parts[0].contains("CardButton("), "\(name)")
        }
    }

    @Test("While somebody writes the buttons give way: what is written stays in sight above the keyboard")
    func writing() throws {
        let page = try String(contentsOf: app.appendingPathComponent("Design/Page.swift"), encoding: .utf8)
        let field = try String(contentsOf: app.appendingPathComponent("Design/Field.swift"), encoding: .utf8)
        #expect(field.contains(".preference(key: Writing.self, value: isWriting)"))
        #expect(page.contains(".onPreferenceChange(Writing.self)"))
        #expect(page.contains("isWriting || height == .compact"))
        #expect(page.contains(".scrollDismissesKeyboard(.interactively)"))
        for (name, code) in try screens() { #expect(!code.contains("TextField("), "\(name)") }
    }

    @Test("An address is typed without capitals and corrections, after the code, as on Android")
    func typedCard() throws {
        let field = try String(contentsOf: app.appendingPathComponent("Design/Field.swift"), encoding: .utf8)
        #expect(field.contains(".textInputAutocapitalization(kind == .words ? .sentences : .never)"))
        #expect(field.contains(".autocorrectionDisabled(kind != .words)"))
        let code = try #require(try screens().first { $0.name == "EnrolScreen.swift" }).code
        let (digits, address) = (code.range(of: "kind: .number"), code.range(of: "kind: .address"))
        #expect(try #require(digits).upperBound < (try #require(address)).lowerBound)
    }

    @Test("Buttons are side by side only as long as no word of theirs is broken")
    func sideBySide() throws {
        let parts = try String(contentsOf: app.appendingPathComponent("Design/Parts.swift"), encoding: .utf8)
        #expect(parts.contains("ViewThatFits(in: .horizontal) {\n            EvenHStack { content() }"))
        for (name, code) in try screens() { #expect(!code.contains("HStack"), "\(name)") }
    }

    @Test("Where a button stands once for each of several, the screen reader says for which")
    func told() throws {
        let wanted = [
            "ReviewsScreen": ["退回：\\(", "通过：\\("], "CheckInScreen": ["在\\(venue.name)签到\""],
        ]
        for (name, labels) in wanted {
            let code = try #require(try screens().first { $0.name == "\(name).swift" }).code
            for label in labels { #expect(code.contains(".accessibilityLabel(Text(\"\(label)"), "\(label)") }
        }
        // How far it is comes after its name, as what it is now, and is no part of the sentence.
        let checkIn = try #require(try screens().first { $0.name == "CheckInScreen.swift" }).code
        #expect(checkIn.contains(".accessibilityValue(Text(verbatim: venue.distance"))
    }

    @Test("Each question of an inspection is seen from its head on, wherever the last one was scrolled to")
    func fromTheHead() throws {
        let page = try String(contentsOf: app.appendingPathComponent("Design/Page.swift"), encoding: .utf8)
        // Of the list itself, not of what is in it.
        #expect(page.contains("\n            .id(part)\n"))
        let inspection = try #require(try screens().first { $0.name == "InspectionScreen.swift" }).code
        #expect(inspection.contains("part: model.shown.step.part"))
    }

    @Test("What went wrong is brought into sight and to the screen reader, wherever the tap was")
    func trouble() throws {
        let page = try String(contentsOf: app.appendingPathComponent("Design/Page.swift"), encoding: .utf8)
        #expect(page.contains("if trouble != nil { reader.scrollTo("))
        #expect(page.contains(".accessibilityFocused($isHeard)"))
        #expect(page.contains("TroubleCard(trouble: trouble, dismiss: dismiss).id(trouble.id)"))
        // The way through the screens is no page itself.
        for (name, code) in try screens() where code.contains("Model(phone") && name != "StartScreen.swift" {
            #expect(code.contains("trouble: model.shown.trouble, dismiss: model.dismissTrouble"), "\(name)")
        }
    }

    @Test("A correction is marked in every list, and while it is filled in")
    func corrections() throws {
        let marks = [
            "DoneScreen": "if line.isCorrection { CorrectionLine() }",
            "ReviewsScreen": "if line.isCorrection { CorrectionLine() }",
            "HomeScreen": "if draft.isCorrection { CorrectionLine() }",
            "QuestionContent": "CorrectionCard(page: model.shown.page)",
            "SummaryContent": "CorrectionCard(page: page)",
            // Whose card is the done screen's.
            "HistoryScreen": "StateCard(line: line)", "OutboxScreen": "StateCard(line: line)",
            "RecordScreen": "DoneContent(page: page",
        ]
        for (name, mark) in marks {
            let code = try #require(try screens().first { $0.name == "\(name).swift" }).code
            #expect(code.contains(mark), "\(name)")
        }
    }

    @Test("From a question and from the summary home is one tap away, and what was not saved is told there")
    func aside() throws {
        for name in ["QuestionContent", "SummaryContent"] {
            let code = try #require(try screens().first { $0.name == "\(name).swift" }).code
            #expect(code.contains("        Aside(model: model)"), "\(name)")
            #expect(code.contains("        LeftPhotos(model: model)"), "\(name)")
        }
    }

    @Test("What takes a while says so in place of its button")
    func busy() throws {
        let busy = [
            "SettingsScreen": "model.shown.isChecking", "CheckInScreen": "model.shown.waiting != nil",
            "VenueScreen": "model.shown.waiting != nil", "ReviewsScreen": "model.shown.asking != nil",
            "HandOverScreen": "model.shown.isBusy", "OutboxScreen": "uploader.shown.isRunning",
        ]
        for (name, state) in busy {
            let code = try #require(try screens().first { $0.name == "\(name).swift" }).code
            #expect(code.contains(state), "\(name)")
        }
    }

    @Test("Words are looked up where the language that is set is known")
    func language() throws {
        for (name, code) in try screens() { #expect(!code.contains("String(localized"), "\(name)") }
    }

    @Test("Every screen can be looked at without a phone")
    func previews() throws {
        for (name, code) in try screens() { #expect(code.contains(": PreviewProvider"), "\(name)") }
    }

    @Test("The large parts are at least 60 points high")
    func targets() throws {
        let parts = try String(contentsOf: app.appendingPathComponent("Design/Parts.swift"), encoding: .utf8)
        let heights = parts.split(separator: "minHeight: ").dropFirst().compactMap {
            Int($0.prefix { $0.isNumber })
        }
        #expect(heights.count == 3 && heights.allSatisfy { $0 >= 60 })
        // A frame is not tapped by itself, only what is drawn in it.
        let field = try String(contentsOf: app.appendingPathComponent("Design/Field.swift"), encoding: .utf8)
        let tapped = ".contentShape(Rectangle())\n                .onTapGesture { isWriting = true }"
        #expect(field.contains(tapped))
        let back = try #require(parts.components(separatedBy: "struct BackButton").last)
        let frame = try #require(back.range(of: "minHeight: 60)"))
        #expect(back[frame.upperBound...].prefix(120).contains(".contentShape(Rectangle())"))
    }
}

struct AppColoursTests {
    private enum Scheme { case light, dark }

    @Test("Text has a contrast of 4.5 : 1 at least on everything it stands on, by day and by night")
    func contrast() throws {
        let inks = ["Ink", "Soft", "Accent", "Good", "Due", "Urgent"]
        for scheme in [Scheme.light, .dark] {
            for ink in inks {
                for paper in ["Paper", "Card"] {
                    let contrast = try contrast(ink, on: paper, scheme)
                    #expect(contrast >= 4.5, "\(ink) on \(paper), \(scheme): \(contrast)")
                }
            }
            #expect(try contrast("OnAccent", on: "Accent", scheme) >= 4.5)
        }
    }

    @Test("Every colour that the screens name is in the catalogue")
    func named() throws {
        let palette = try String(
            contentsOf: app.appendingPathComponent("Design/Palette.swift"), encoding: .utf8)
        let names = palette.split(separator: "Color(\"").dropFirst().compactMap {
            $0.split(separator: "\"").first
        }
        #expect(names.count == 10)
        for name in names { _ = try luminance(of: String(name), .dark) }
    }

    /// By WCAG 2.2.
    private func contrast(_ ink: String, on paper: String, _ scheme: Scheme) throws -> Double {
        let (a, b) = (try luminance(of: ink, scheme), try luminance(of: paper, scheme))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private func luminance(of name: String, _ scheme: Scheme) throws -> Double {
        struct Set: Decodable {
            struct Entry: Decodable {
                struct Appearance: Decodable { let value: String }
                struct Color: Decodable { let components: [String: String] }
                let appearances: [Appearance]?
                let color: Color
            }
            let colors: [Entry]
        }
        let file = app.appendingPathComponent("Resources/Assets.xcassets/\(name).colorset/Contents.json")
        let entries = try JSONDecoder().decode(Set.self, from: Data(contentsOf: file)).colors
        let entry = entries.first { ($0.appearances?.first?.value == "dark") == (scheme == .dark) }
        let parts = try #require(entry, "\(name) has no colour for \(scheme)").color.components
        let linear = try ["red", "green", "blue"].map { channel in
            let hex = try #require(parts[channel].flatMap { UInt8($0.dropFirst(2), radix: 16) }, "\(name)")
            let value = Double(hex) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
}
