package org.xuncha.app

import org.robolectric.Shadows.shadowOf
import java.security.ProviderException

/** Goes through every screen of the app, in every state that matters, as volunteer, police and head. */
class Tour(private val stage: Stage, private val look: (name: String) -> Unit) {
    fun walk() {
        enrolling()
        inspecting()
        recording()
        patrolling()
        heading()
        atTheEndOfTheMonth()
    }

    private fun enrolling() {
        stage.open()
        look("enrol")
        stage.activity.replace(Kind.ENROL, "xuncha://enrol?hub=https://gongan.example&code=1234567897")
        stage.settle()
        look("enrol-card")
        stage.activity.begin(Kind.ENROL)
        stage.enrol(TestHub.VOLUNTEER)
        stage.activity.begin(Kind.CONSENT)
        stage.settle()
        look("consent")
        stage.tap(stage.string(R.string.consent_no))
        look("home")
        stage.tap("星河游戏厅")
        look("venue")
    }

    private fun inspecting() {
        stage.tap(stage.string(R.string.start_inspection))
        stage.tap("王桂芳")
        look("team")
        stage.tap(stage.string(R.string.start_together, 1))
        look("question-day-type")
        stage.tap(stage.string(R.string.back)).tap(stage.string(R.string.back))
        look("home-draft")
        stage.pass(TestClock.HOUR)
        stage.tap("蓝鲸网吧")
        stage.tap(stage.string(R.string.start_inspection))
        stage.tap(stage.string(R.string.start_alone))
        stage.tapChoice(1)
        stage.tap(stage.string(R.string.more))
        stage.tapToggle(1)
        look("minors")
        stage.tap(stage.string(R.string.confirm))
        stage.tap(stage.string(R.string.show_basis))
        look("question-basis")
        stage.tapChoice(0)
        look("photo")
        stage.tap(stage.string(R.string.take_photo))
        stage.shoot(Pictures.sign())
        stage.tap(stage.string(R.string.question_after))
        stage.tap(stage.string(R.string.question_before))
        look("question-answered")
        stage.activity.go(Kind.ANSWER)
        stage.settle()
        look("answer")
        stage.tap(stage.string(R.string.inspect_on))
        stage.tap(stage.string(R.string.add_note))
        stage.write(stage.string(R.string.write_here), "门口的标志被广告挡住了")
        look("note")
        stage.tap(stage.string(R.string.keep_words))
        repeat(stage.draft().total.toInt()) {
            if (stage.string(R.string.write_here) !in
                stage.text()
            ) {
                stage.tap(stage.string(R.string.question_after))
            }
        }
        look("question-words")
        stage.tap(stage.string(R.string.to_summary))
        look("summary")
        stage.hub.stop()
        stage.tap(stage.string(R.string.finish))
        look("done-waiting")
        stage.tap(stage.string(R.string.first_page))
        look("home-waiting")
        stage.tap(stage.string(R.string.tab_records))
        look("records-waiting")
        stage.tap(stage.string(R.string.hand_over))
        look("hand-over")
        stage.tap(stage.string(R.string.write_file))
        look("hand-over-written")
        stage.handedOver()
    }

    private fun recording() {
        stage.hub.startAgain()
        stage.sync()
        val record = stage.book.history(null, 1u).lines.single().record
        stage.activity.go(Kind.DONE, record)
        stage.settle()
        look("done-received")
        stage.activity.go(Kind.VENUE, stage.book.record(record).line.venue)
        stage.settle()
        stage.sees(stage.string(R.string.look_again))
        look("venue-again")
        stage.hub.review(record, returnedBecause = "请补一张入口标志的照片")
        stage.sync()
        stage.activity.begin(Kind.RECORDS)
        stage.settle()
        look("records-returned")
        stage.tap("蓝鲸网吧")
        look("record-returned")
        stage.tap(stage.string(R.string.correct))
        look("question-correction")
        stage.tap(stage.string(R.string.back))
        stage.tap(stage.string(R.string.tab_home))
        look("home-correction")
        stage.tap(stage.string(R.string.tab_settings))
        stage.tap(stage.string(R.string.self_check))
        stage.tap(stage.string(R.string.report_to_station))
        look("settings")
        stage.tap(stage.string(R.string.about_title))
        look("about")
        stage.tap(stage.string(R.string.licences))
        look("licences")
        stage.tap("Zstandard")
        look("licence")
        stage.tap(stage.string(R.string.back)).tap(stage.string(R.string.back))
        stage.activity.tell(stage.string(R.string.no_camera))
        stage.settle()
        look("message")
        lookAtTrouble()
    }

    /** The key store does not answer. */
    private fun lookAtTrouble() {
        stage.app.phone.close()
        stage.keys.failure = ProviderException("locked")
        stage.app.begin(stage.newPhone())
        stage.activity.begin(Kind.HOME)
        stage.settle()
        look("trouble")
        stage.keys.failure = null
    }

    private fun patrolling() {
        stage.pass(TestClock.HOUR)
        stage.anotherPhone("police")
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open()
        stage.standAt(32.0605, 118.7970)
        look("home-police")
        stage.tap(stage.string(R.string.tab_check_in))
        look("check-in-locating")
        stage.standAt(32.0605, 118.7970)
        stage.idle(1)
        look("check-in")
        stage.tap(stage.string(R.string.check_in_at, "蓝鲸网吧"))
        look("done-check-in")
    }

    private fun heading() {
        stage.anotherPhone("second")
        stage.enrol(TestHub.SECOND)
        stage.sendSignMissing("星河游戏厅")
        stage.anotherPhone("head")
        stage.enrol(TestHub.HEAD)
        stage.open()
        stage.tap(stage.string(R.string.tab_coverage))
        look("coverage")
        stage.tap(stage.book.reviewQueue().text)
        look("reviews")
        val waiting = stage.book.reviewQueue()
        val line = waiting.lines.first { it.venueName == "星河游戏厅" }
        stage.tap(stage.string(R.string.see_content_at, line.venueName, line.`when`))
        stage.tap(stage.string(R.string.see_photo))
        look("review")
        stage.tap(stage.string(R.string.back))
        stage.tap(stage.string(R.string.return_at, line.venueName, line.`when`))
        stage.tap(waiting.usualReasons[1])
        look("review-reason")
        shadowOf(stage.activity).clearNextStartedActivities()
    }

    /** Days later: what is met, late and missed, what was returned and refused, and what is urgent. */
    private fun atTheEndOfTheMonth() {
        stage.pass(11 * TestClock.DAY)
        stage.anotherPhone("late")
        stage.enrol(TestHub.VOLUNTEER)
        stage.sendInspection("星河游戏厅")
        // Records of one moment stand in any order.
        stage.pass(TestClock.MINUTE)
        stage.sendInspection("远航网络会所")
        stage.hub.review(stage.book.history(null, 9u).lines.single { it.venueName == "远航网络会所" }.record, "请补上同行的人")
        stage.refused("远航网络会所")
        stage.pass(TestClock.MINUTE)
        stage.book.sendUrgent("蓝鲸网吧")
        stage.open()
        look("home-late")
        stage.tap(stage.string(R.string.tab_records))
        look("records-refused")
        stage.pass(TestClock.DAY)
        stage.activity.begin(Kind.HOME)
        stage.settle()
        look("home-missed")
        stage.anotherPhone("patrol")
        stage.enrol(TestHub.POLICE)
        stage.open()
        look("home-urgent")
    }
}
