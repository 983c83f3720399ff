// Settings: text size, read aloud, language, position, room, self-check, telling the station.

import SwiftUI
import XunchaCore
import XunchaKit

struct SettingsScreen: View {
    @ObservedObject var model: SettingsModel

    var body: some View {
        Page(title: Text("设置"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            SizeCard(model: model)
            BigButton(
                Text("每道题自动读出来"), sign: "speaker.wave.2", isQuiet: true, isChosen: model.shown.readsAloud
            ) { model.set(readsAloud: !model.shown.readsAloud) }
            LanguageCard(model: model)
            Card {
                BigButton(
                    Text("使用定位"), sign: "location", isQuiet: true, isChosen: model.shown.usesPosition
                ) { model.set(usesPosition: !model.shown.usesPosition) }
                Text("只在您开始检查、签到、看附近时读一次位置，不记录行走路线。").sized(.small)
                Text("不用定位，一切照样能做。").sized(.small)
            }
            RoomCard(model: model)
            CheckCard(model: model)
            ReportCard(model: model)
            WhoCard(status: model.shown.page?.status)
            BigButton(
                Text("重新登记这部手机"), sign: "person.badge.key", isQuiet: true, action: model.enrol)
            BigButton(Text("关于"), sign: "info.circle", isQuiet: true, action: model.about)
        }
        .onAppear { model.refresh() }
    }
}

/// How large text is, in words, each of its own size.
struct SizeCard: View {
    @ObservedObject var model: SettingsModel

    var body: some View {
        Card {
            Text("字的大小").sized(.title)
            size(0, Text("小一点"))
            size(1, Text("一般"))
            size(2, Text("大"))
            size(3, Text("很大"))
            size(4, Text("最大"))
        }
    }

    private func size(_ number: Int, _ name: Text) -> some View {
        let points = Preferences.textSizes[number]
        return BigButton(
            name, sign: "textformat.size", isQuiet: true, isChosen: model.shown.textSize == points
        ) { model.set(textSize: points) }
        .environment(\.textSize, CGFloat(points))
    }
}

/// Which language: the phone's own, or one that was chosen.
struct LanguageCard: View {
    @ObservedObject var model: SettingsModel

    var body: some View {
        Card {
            Text("语言").sized(.title)
            language(nil, Text("跟手机一样"))
            language(.zhHans, Text(verbatim: "中文"))
            language(.en, Text(verbatim: "English"))
        }
    }

    private func language(_ language: Language?, _ name: Text) -> some View {
        BigButton(
            name, sign: "circle", isQuiet: true, isChosen: model.shown.chosenLanguage == language
        ) { model.set(language: language) }
    }
}

/// What the book takes on this phone, and what frees room.
struct RoomCard: View {
    @ObservedObject var model: SettingsModel

    var body: some View {
        if let room = model.shown.page?.room {
            Card {
                Text(verbatim: room.text).sized(.title)
                ForEach(room.parts, id: \.self) { part in Text(verbatim: part).sized() }
                Text(verbatim: room.advice).sized(.small)
            }
        }
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
            }
            if model.shown.isChecking {
                Line(sign: "hourglass", color: .due, text: Text("正在检查，请稍等。"), step: .strong)
            } else {
                BigButton(Text("检查一下资料"), sign: "stethoscope", isQuiet: true) { model.check() }
            }
        }
    }
}

/// Telling the station how this phone stands: never said to be done before the hub says so.
struct ReportCard: View {
    @ObservedObject var model: SettingsModel

    var body: some View {
        if model.shown.page?.status.enrolled != nil {
            Card {
                if let report = model.shown.page?.report {
                    Line(
                        sign: report.state.sign, color: report.state.color, text: Text(verbatim: report.text),
                        step: .strong)
                }
                BigButton(
                    Text("向工作站报告这部手机"), sign: "antenna.radiowaves.left.and.right", isQuiet: true,
                    action: model.report)
            }
        }
    }
}

/// Whose phone it is.
struct WhoCard: View {
    let status: Status?

    var body: some View {
        if let who = status?.enrolled {
            Card {
                Text(verbatim: who.memberName).sized(.strong)
                Text(verbatim: who.stationName).sized()
                Text(verbatim: who.hub).sized(.small)
            }
        }
    }
}

struct SettingsScreen_Previews: PreviewProvider {
    static var previews: some View {
        SettingsScreen(model: SettingsModel(.sample))
    }
}
