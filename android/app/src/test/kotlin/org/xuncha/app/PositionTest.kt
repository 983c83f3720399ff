package org.xuncha.app

import android.location.LocationManager
import android.view.inputmethod.BaseInputConnection
import android.widget.EditText
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.xuncha.core.Grade

/** Why there is no position is told in a sentence with what would help; and a reading that arrives disturbs nobody. */
@RunWith(RobolectricTestRunner::class)
class PositionTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun a_position_that_is_not_wanted_is_told_as_not_wanted() {
        stage.enrol(TestHub.POLICE).open().tap("离我最近的排在上面")
        stage.sees("您选了不用定位")
    }

    @Test
    fun a_position_that_the_system_may_not_give_is_told_with_where_to_allow_it() {
        stage.enrol(TestHub.POLICE, usesPosition = true).open().tap("离我最近的排在上面")
        stage.refusePermission()
        stage.sees("手机没有允许定位")
    }

    @Test
    fun a_position_that_is_switched_off_on_the_phone_is_told_with_how_to_switch_it_on() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.switchPositionOff()
        stage.open()
        stage.seesNot("手机的定位没有打开")
        stage.tap("离我最近的排在上面")
        stage.sees("手机的定位没有打开")
    }

    @Test
    fun a_position_that_is_not_heard_is_told_as_not_heard() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true)
        stage.allowPosition()
        stage.open().begins("蓝鲸网吧").idle(16)
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        stage.seesNot("没有读到位置")
        stage.tap("读一次位置")
        stage.sees("正在定位")
        stage.idle(16)
        stage.sees("没有读到位置")
    }

    @Test
    fun whoever_goes_on_somewhere_else_is_not_located_there_unasked() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true)
        stage.allowPosition()
        stage.open().begins("蓝鲸网吧").idle(16)
        stage.tap("没有")
        stage.pass(2 * TestClock.HOUR)
        stage.kill(keepsState = false)
        stage.tap("接着检查").standAt(32.1500, 118.9000)
        assertFalse(stage.draft().hasFix)
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").sees("没有位置，照样可以完成")
        stage.tap("读一次位置").standAt(32.0603, 118.7969)
        assertTrue(stage.draft().hasFix)
    }

    @Test
    fun whoever_leaves_the_systems_question_is_asked_again_on_coming_back() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true).open().begins("蓝鲸网吧")
        val first = stage.questionAsked()
        stage.interruptQuestion()
        stage.putAway(minutes = 1)
        assertNotSame("the question is gone, and nobody waits for its answer", first, stage.questionAsked())
        stage.refusePermission()
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        stage.seesNot("正在定位")
        stage.sees("读一次位置")
    }

    @Test
    fun on_the_summary_too_a_position_that_is_not_wanted_is_told_as_not_wanted() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap("读一次位置")
        stage.sees("您选了不用定位")
    }

    @Test
    fun after_a_walk_the_nearest_are_looked_for_again() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open().standAt(32.0521, 118.7702)
        assertTrue(stage.text().indexOf("老地方网吧") < stage.text().indexOf("蓝鲸网吧"))
        stage.putAway(minutes = 1)
        stage.sees("离您最近的在上面")
        stage.putAway(minutes = 30)
        stage.sees("正在定位")
        stage.standAt(32.0604, 118.7970)
        assertTrue(stage.text().indexOf("蓝鲸网吧") < stage.text().indexOf("老地方网吧"))
    }

    @Test
    fun the_phone_may_be_turned_under_the_systems_question() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true).open().begins("蓝鲸网吧")
        stage.recreate()
        stage.interruptQuestion()
        stage.allowPosition()
        stage.answerQuestion()
        stage.standAt(32.0603, 118.7969)
        assertTrue(stage.draft().hasFix)
    }

    @Test
    fun a_check_in_that_is_tapped_while_the_position_is_read_waits_for_it_and_is_sealed_with_it() {
        checkInWhileLocating()
        stage.sees("不等了，直接签到")
        assertTrue(stage.book.history(null, 1u).lines.isEmpty())
        stage.standAt(32.0604, 118.7970)
        stage.sees("在场")
        assertEquals(Grade.ON_SITE, sealed())
    }

    @Test
    fun whoever_walked_on_with_the_page_open_is_checked_in_where_they_stand_now() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open().standAt(32.0521, 118.7702)
        stage.tap("签到").standAt(32.0521, 118.7702)
        stage.idle(7 * 60)
        stage.tap("在蓝鲸网吧签到")
        assertTrue("where they stood seven minutes ago is no proof", stage.book.history(null, 1u).lines.isEmpty())
        stage.standAt(32.0604, 118.7970)
        assertEquals(Grade.ON_SITE, sealed())
    }

    @Test
    fun whoever_does_not_want_to_wait_checks_in_without_a_position_by_a_second_tap_that_is_no_double_tap() {
        checkInWhileLocating()
        stage.tapAtOnce("不等定位，直接在蓝鲸网吧签到")
        assertTrue("a trembling finger", stage.book.history(null, 1u).lines.isEmpty())
        stage.idle(1)
        stage.tap("不等定位，直接在蓝鲸网吧签到")
        assertEquals(Grade.UNLOCATED, sealed())
    }

    @Test
    fun where_no_position_is_heard_the_check_in_that_waited_is_sealed_without() {
        checkInWhileLocating()
        stage.idle(16)
        assertEquals(Grade.UNLOCATED, sealed())
    }

    private fun checkInWhileLocating() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open().standAt(32.0604, 118.7970)
        stage.tap("签到")
        stage.sees("正在定位")
        stage.tap("在蓝鲸网吧签到")
    }

    private fun sealed(): Grade =
        stage.book.record(stage.book.history(null, 1u).lines.single().record).content!!.evidence.grade

    @Test
    fun whoever_writes_when_the_position_arrives_goes_on_writing() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open().standAt(32.0604, 118.7970)
        stage.tap("签到").tap("写几句").write("备注", "门口无人")
        val before = stage.field()
        before.requestFocus()
        before.setSelection(2)
        BaseInputConnection.setComposingSpans(before.text)
        stage.standAt(32.0604, 118.7970)
        stage.idle(1)
        assertSame("a word that is being put together stays", before, stage.field())

        BaseInputConnection.removeComposingSpans(before.text)
        stage.idle(1)
        stage.sees("离您最近的在上面")
        val after = stage.field()
        assertTrue(after.isFocused)
        assertEquals("门口无人" to 2, after.text.toString() to after.selectionStart)
    }

    private fun Stage.field(): EditText = all().filterIsInstance<EditText>().single()

    private fun Stage.switchPositionOff() {
        val manager = shadowOf(app.getSystemService(LocationManager::class.java))
        manager.setProviderEnabled(LocationManager.GPS_PROVIDER, false)
        manager.setProviderEnabled(LocationManager.NETWORK_PROVIDER, false)
    }
}
