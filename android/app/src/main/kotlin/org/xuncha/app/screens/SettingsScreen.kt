package org.xuncha.app.screens

import android.view.View
import org.xuncha.app.Choices
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.core.ReportLine
import org.xuncha.core.ReportShown
import org.xuncha.core.RoomLines
import org.xuncha.core.SelfCheck
import org.xuncha.core.SettingsPage
import org.xuncha.core.Status

/** 设置: how the app looks and speaks, how the phone is doing, and whom to tell. */
class SettingsScreen(host: Host, place: Place) : Screen(host, place) {
    private var checked: SelfCheck? = null
    private val isChecking get() = host.phone.work.isBusyWith(CHECKING)

    override fun onUploads() = host.refresh()

    override fun onWork() = host.refresh()

    override fun draw(): Page {
        val settings = host.phone.book().settings()
        val content = kit.column(
            *textSizes().toTypedArray(),
            kit.section(string(R.string.reading)),
            kit.toggle(string(R.string.reads_aloud), host.phone.choices.readsAloud) { change { readsAloud = !readsAloud } },
            kit.section(string(R.string.language)),
            *languages().toTypedArray(),
            kit.section(string(R.string.position)),
            kit.toggle(string(R.string.uses_position), host.phone.choices.usesPosition == true) {
                change {
                    usesPosition =
                        usesPosition != true
                }
            },
            kit.softText(string(R.string.consent_position)),
            *phone(settings).toTypedArray(),
        )
        val title = string(R.string.settings_title)
        return settings.own?.let { tabPage(title, content, Kind.SETTINGS, it) } ?: page(title, content)
    }

    private fun textSizes(): List<View> {
        val names = listOf(R.string.size_1, R.string.size_2, R.string.size_3, R.string.size_4, R.string.size_5)
        val sizes = Choices.TEXT_SIZES.zip(names).map { (size, name) ->
            kit.toggle(string(name), host.phone.choices.textSize == size) {
                host.phone.choices.textSize = size
                host.restart()
            }.apply { setTextSize(android.util.TypedValue.COMPLEX_UNIT_DIP, size.toFloat()) }
        }
        return listOf<View>(kit.section(string(R.string.text_size))) + sizes
    }

    private fun languages(): List<View> = listOf(
        null to R.string.as_phone,
        "zh-Hans" to R.string.chinese,
        "en" to R.string.english,
    ).map { (tag, name) ->
        kit.toggle(string(name), host.phone.choices.language == tag) {
            host.phone.choices.language = tag
            host.restart()
        }
    }

    private fun phone(settings: SettingsPage): List<View> {
        val status = settings.status
        val enrolled = status.enrolled
        return listOfNotNull(
            kit.section(string(R.string.this_phone)),
            enrolled?.let {
                kit.card(
                    kit.text(it.memberName, scale = 1.15f, bold = true),
                    kit.text(it.stationName),
                    kit.softText(string(R.string.hub_is, it.hub)),
                    kit.softText(status.synced?.let { at -> string(R.string.synced_at, at) } ?: string(R.string.never_synced)),
                )
            },
            room(settings.room),
            kit.secondary(string(R.string.self_check), R.drawable.ic_shield) { check() },
            if (isChecking) kit.signed(R.drawable.ic_clock, string(R.string.checking), kit.palette.wait.ink, bold = true) else null,
            *checked?.let(::result).orEmpty().toTypedArray(),
            kit.uploadButton(host.phone.uploads),
            *host.phone.uploads.told().map(kit::uploadTold).toTypedArray(),
            enrolled?.let { kit.secondary(string(R.string.report_to_station), R.drawable.ic_people) { reportToStation() } },
            settings.report?.let(::reported),
            kit.secondary(string(R.string.tell_somebody), R.drawable.ic_speaker) { host.share(report(status)) },
            kit.secondary(string(R.string.enrol_again), R.drawable.ic_qr) { host.go(Kind.ENROL) },
            kit.secondary(string(R.string.about_title), R.drawable.ic_book) { host.go(Kind.ABOUT) },
        )
    }

    private fun room(room: RoomLines): View = kit.card(
        kit.signed(R.drawable.ic_phone, room.text, bold = true),
        *room.parts.map { kit.text(it) }.toTypedArray(),
        kit.softText(room.advice),
    )

    /** The wish is on the phone at once; it is said to be reported when the hub says so. */
    private fun reportToStation() {
        host.trying { it.report(host.phone.program()) } ?: return
        host.redraw()
        host.phone.uploads.start()
    }

    private fun reported(line: ReportLine): View = when (line.state) {
        ReportShown.WAITING -> kit.signed(R.drawable.ic_clock, line.text, kit.palette.wait.ink, bold = true)
        ReportShown.REPORTED -> kit.signed(R.drawable.ic_check, line.text, kit.palette.good.ink, bold = true)
        ReportShown.REFUSED -> kit.signed(R.drawable.ic_warn, line.text, kit.palette.warn.ink, bold = true)
    }

    private fun check() {
        if (isChecking) return
        host.later(CHECKING, { it.selfCheck() }) { checked = it }
        host.redraw()
    }

    private fun result(found: SelfCheck): List<View> {
        val sound = string(R.string.check_counts, found.recordsVerified.toInt(), found.photosPresent.toInt())
        if (found.issues.isEmpty()) {
            return listOf(
                kit.card(
                    kit.signed(R.drawable.ic_check, string(R.string.all_well), kit.palette.good.ink, bold = true),
                    kit.text(sound, kit.palette.good.ink),
                    tint = kit.palette.good,
                ),
            )
        }
        return found.issues.map {
            kit.card(
                kit.signed(R.drawable.ic_warn, it.text, kit.palette.bad.ink, bold = true),
                kit.text(it.detail, kit.palette.bad.ink),
                tint = kit.palette.bad,
            )
        }
    }

    /** What helps whoever is asked for help; no secrets, and nothing of what was found. */
    private fun report(status: Status): String = listOfNotNull(
        string(R.string.app_name),
        status.enrolled?.let { "${it.stationName} ${it.memberName} ${it.device}" },
        string(R.string.report_waiting, status.recordsWaiting.toInt(), status.photosWaiting.toInt(), status.recordsRefused.toInt()),
        status.synced?.let { string(R.string.synced_at, it) },
        status.notices.joinToString("\n") { it.text }.ifEmpty { null },
        checked?.issues?.joinToString("\n") { "${it.text} ${it.detail}" }?.ifEmpty { null },
    ).joinToString("\n")

    private fun change(edit: Choices.() -> Unit) {
        host.phone.choices.edit()
        host.redraw()
    }

    private companion object {
        const val CHECKING = "checking"
    }
}
