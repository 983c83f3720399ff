// Settings: text size, read aloud, language, self-check, about.

import SwiftUI
import XunchaCore
import XunchaKit

struct SettingsScreen: View {
    @ObservedObject var model: SettingsModel

    var body: some View {
        Page(title: Text("设置"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            Card {
                Text("字的大小").sized(.title)
                HStack(spacing: 12) {
                    BigButton(Text("小一点"), sign: "textformat.size.smaller", isQuiet: true) {
                        model.set(textSize: model.shown.textSize - 2)
                    }
                    BigButton(Text("大一点"), sign: "textformat.size.larger", isQuiet: true) {
                        model.set(textSize: model.shown.textSize + 2)
                    }
                }
            }
            BigButton(
                Text("自动念题目"), sign: "speaker.wave.2", isQuiet: true, isChosen: model.shown.readsAloud
            ) { model.set(readsAloud: !model.shown.readsAloud) }
            Card {
                Text("语言").sized(.title)
                BigButton(
                    Text(verbatim: "中文"), sign: "circle", isQuiet: true,
                    isChosen: model.shown.language == .zhHans
                ) {
                    model.set(language: .zhHans)
                }
                BigButton(
                    Text(verbatim: "English"), sign: "circle", isQuiet: true,
                    isChosen: model.shown.language == .en
                ) {
                    model.set(language: .en)
                }
            }
            CheckCard(model: model)
            About(status: model.shown.status)
        }
        .onAppear { model.refresh() }
    }
}

/// The check of all that is kept on this phone.
struct CheckCard: View {
    @ObservedObject var model: SettingsModel

    var body: some View {
        Card {
            Text("检查本机资料").sized(.title)
            if let found = model.shown.found {
                if found.issues.isEmpty {
                    Line(sign: "checkmark.circle.fill", color: .good, text: Text("一切正常"))
                }
                ForEach(found.issues, id: \.self) { issue in
                    Line(
                        sign: "exclamationmark.triangle.fill", color: .urgent,
                        text: Text(verbatim: issue.text))
                }
                if let bytes = model.shown.bytesUsed { Text("本机占用 \(bytes / 1_000_000) MB").sized() }
            }
            BigButton(Text("检查一次"), sign: "stethoscope", isQuiet: true) { Task { await model.check() } }
        }
    }
}

/// Whose phone it is, and what the app is made of.
struct About: View {
    let status: Status?

    var body: some View {
        Card {
            Text("关于").sized(.title)
            if let who = status?.enrolled {
                Text(verbatim: who.memberName).sized()
                Text(verbatim: who.stationName).sized()
            }
            Text("巡查只看、劝、记、报，不执法。").sized()
            Text("开放源代码，许可证为 MIT 或 Apache-2.0。").sized(.small)
        }
    }
}
