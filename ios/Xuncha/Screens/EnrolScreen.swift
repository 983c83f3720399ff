// Enrolment: agree, scan the card or type its code, see whose phone it is now.

import SwiftUI
import XunchaCore
import XunchaKit

struct EnrolScreen: View {
    @StateObject private var model: EnrolModel

    init(_ phone: Phone, card: EnrolLink? = nil) {
        _model = StateObject(wrappedValue: EnrolModel(phone, label: DeviceName.text, card: card))
    }

    var body: some View {
        switch model.shown.step {
        case .consent: ConsentPage { model.agree(usesPosition: $0) }
        case .card: CardPage(model: model)
        case .confirm(let hub, let owner):
            ConfirmPage(
                hub: hub, owner: owner, confirm: { Task { await model.confirm() } }, decline: model.decline)
        case .asking: AskingPage()
        case .enrolled(let who): EnrolledPage(who: who, begin: model.begin)
        }
    }
}

struct ConsentPage: View {
    let agree: (_ usesPosition: Bool) -> Void

    var body: some View {
        Page(title: Text("开始之前")) {
            Card {
                Line(sign: "location", text: Text("只在您开始检查、签到、看附近时读一次位置，不记录行走路线。"))
                Line(sign: "camera", text: Text("照片只拍场所和标志，请勿拍摄人脸。"))
                Line(sign: "lock", text: Text("记录加密保存在本机，上传后本机删除照片。"))
                Line(sign: "hand.raised", text: Text("不允许定位或相机，也可以照常使用。"))
            }
        } footer: {
            BigButton(Text("同意，使用定位"), sign: "location") { agree(true) }
            BigButton(Text("同意，不用定位"), sign: "location.slash", isQuiet: true) { agree(false) }
        }
    }
}

struct CardPage: View {
    @ObservedObject var model: EnrolModel

    var body: some View {
        Page(title: Text("登记这部手机"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            Text("请拿出站长给的登记卡。").sized(.title)
            BigButton(Text("扫登记卡上的码"), sign: "qrcode.viewfinder") { Task { await model.scan() } }
            Card {
                Text("扫不了，也可以照着卡片输入：").sized()
                Field(
                    label: Text("十位数字"),
                    text: Binding(get: { model.shown.code }, set: { model.type(code: $0) }),
                    kind: .number)
                Field(
                    label: Text("服务器地址"),
                    text: Binding(get: { model.shown.hub }, set: { model.type(hub: $0) }),
                    kind: .address)
                BigButton(Text("用这个码登记"), sign: "keyboard", isQuiet: true) {
                    Task { await model.enrolTyped() }
                }
            }
        }
    }
}

/// Whose hub the card leads to, and whose phone this is so far.
struct ConfirmPage: View {
    let hub: String
    let owner: String?
    let confirm: () -> Void
    let decline: () -> Void

    var body: some View {
        Page(title: Text("登记这部手机"), back: .none) {
            Card {
                Text("这张登记卡的服务器是").sized()
                Text(verbatim: hub).sized(.title)
            }
            if let owner { Text("现在是\(owner)的手机，要换吗？").sized(.strong) }
            Text("不是站长给您的卡，请不要用。").sized()
        } footer: {
            BigButton(Text("用这张卡登记"), sign: "checkmark", action: confirm)
            BigButton(Text("不用这张卡"), sign: "xmark", isQuiet: true, action: decline)
        }
    }
}

struct AskingPage: View {
    var body: some View {
        Page(title: Text("登记这部手机"), back: .none) {
            Line(sign: "hourglass", text: Text("正在登记，请稍等。"), step: .title)
        }
    }
}

struct EnrolledPage: View {
    let who: EnrolledAs
    let begin: () -> Void

    var body: some View {
        Page(title: Text("登记好了"), back: .none) {
            Card {
                Text(verbatim: who.memberName).sized(.title)
                Text(verbatim: who.stationName).sized()
            }
            Text("如果这不是您，请告诉站长。").sized()
        } footer: {
            BigButton(Text("开始使用"), sign: "arrow.right", action: begin)
        }
    }
}

struct EnrolScreen_Previews: PreviewProvider {
    static var previews: some View {
        ConsentPage(agree: { _ in })
        ConfirmPage(hub: "hub.example", owner: EnrolledAs.sample.memberName, confirm: {}, decline: {})
        EnrolledPage(who: .sample, begin: {})
    }
}
