package org.xuncha.app

import android.content.Intent
import android.net.Uri
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowTextToSpeech
import org.xuncha.core.CoverageShown
import org.xuncha.core.Platform
import org.xuncha.core.RecordShown

/** Whole ways through the app, by taps alone, against a real hub. */
@RunWith(RobolectricTestRunner::class)
class JourneyTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun from_the_card_over_an_offline_inspection_and_the_death_of_the_process_to_the_receipt() {
        stage.open()
        stage.sees("登记这部手机")
        stage.tap("拍登记卡上的二维码")
        stage.shoot(Pictures.card(stage.hub.card(TestHub.VOLUNTEER)))
        stage.sees("登记好了")
        stage.sees("李明远 · 志愿者")
        stage.tap("同意，不用定位")
        stage.sees("4 个场所")

        stage.hub.stop()
        stage.tap("蓝鲸网吧").tap("开始检查").tap("王桂芳").tap("和 1 个人一起，开始检查")
        stage.tap("有").tap("多一个").tap("多一个").tap("初中年龄段").tap("已劝离").tap("确定")
        stage.sees("未成年人禁入")
        stage.kill(keepsState = false)
        stage.sees("已答 1 题")
        stage.tap("接着检查")
        stage.sees("第 2 / 14 题")
        stage.tap("没有").tap("拍照片")
        stage.shoot(Pictures.sign())
        stage.sees("照片已保存在本机")
        stage.kill()
        stage.sees("照片已保存在本机")
        stage.tap("下一题")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.write("写在这里", "老板说下周换新标志").tap("写好了")
        stage.sees("检查小结")
        stage.sees("有：约3人、初中年龄段、已劝离")
        stage.tap("完成")
        stage.sees("已保存在本机")
        stage.seesNot("已收到")
        stage.kill()
        stage.sees("已保存在本机")

        stage.tap("回首页").tap("等待上传").tap("蓝鲸网吧")
        stage.sees("在本机，等待上传")
        assertTrue("and the photo itself", stage.all().any { it.contentDescription?.startsWith("照片：") == true })
        stage.back()

        stage.hub.startAgain()
        stage.tap("马上上传")
        stage.sees("已收到，回执号")
        stage.sees("全部已上传")
        assertEquals(1, stage.hub.records().size)
        assertEquals("every photo is at the hub", 0uL, stage.book.status().photosWaiting)
        stage.tap("蓝鲸网吧")
        stage.sees("老板说下周换新标志")
        stage.sees("服务器已收到")
    }

    @Test
    fun a_returned_record_is_corrected_and_counts_in_the_month_of_the_visit() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.inspect("老地方网吧")
        stage.sees("已收到")
        val record = stage.book.history(null, 1u).lines.single().record
        stage.hub.review(record, returnedBecause = "没有写陪同的人")
        stage.pass(TestClock.DAY)
        stage.tap("回首页").tap("记录").tap("马上上传")
        stage.sees("已退回：没有写陪同的人")
        stage.tap("首页")
        stage.sees("全部已上传")
        stage.tap("有 1 条记录被退回，没有计入。请点开更正。").tap("更正")
        stage.sees("被退回：没有写陪同的人")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        stage.sees("更正保留原来的时间和地点")
        stage.tap("完成")
        stage.sees("已收到")
        stage.tap("回首页")
        stage.seesNot("被退回")
        val line = stage.book.coverage("2026-11").lines.single { it.venue.name == "老地方网吧" }
        assertEquals(1uL, line.venue.counted)
        assertEquals("2026-11-12", line.records.last().day)
    }

    @Test
    fun police_check_in_by_one_tap_at_the_nearest_venue() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open().tap("签到")
        stage.sees("正在定位")
        stage.standAt(32.0604, 118.7970)
        stage.idle(1)
        stage.sees("离您最近的在上面")
        assertTrue(stage.labels().first { it.startsWith("在") }.contains("蓝鲸网吧"))
        stage.tap("在蓝鲸网吧签到")
        stage.sees("在场")
        stage.sees("已收到")
        assertEquals("签到", stage.book.history(null, 1u).lines.single().kindLabel)
    }

    @Test
    fun a_typed_code_enrols_too() {
        stage.open()
        stage.write("登记码", stage.hub.code(TestHub.VOLUNTEER)).write("服务器地址", stage.hub.url).tap("登记")
        stage.sees("登记好了")
    }

    @Test
    fun a_card_scanned_by_the_phones_own_camera_opens_the_app() {
        val card = Intent(Intent.ACTION_VIEW, Uri.parse(stage.hub.card(TestHub.HEAD)))
        stage.open(intent = card)
        stage.sees("登记卡读好了")
        stage.tap("登记")
        stage.sees("陈若水 · 教导员")
    }

    @Test
    fun a_card_opened_from_outside_says_where_it_leads_and_takes_over_a_phone_only_by_a_second_tap() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.open(intent = Intent(Intent.ACTION_VIEW, Uri.parse(stage.hub.card(TestHub.HEAD))))
        stage.sees(stage.hub.url)
        stage.sees("这部手机现在是李明远（柳岸工作站）的")
        stage.tap("登记")
        assertEquals("李明远", stage.book.status().enrolled!!.memberName)
        stage.tap("真的要换？再点一次就登记")
        stage.sees("陈若水 · 教导员")
    }

    @Test
    fun what_waits_goes_as_soon_as_a_network_comes() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        stage.inspect("蓝鲸网吧")
        stage.sees("已保存在本机")
        stage.hub.startAgain()
        stage.connect()
        stage.sees("已收到")
    }

    @Test
    fun who_goes_along_is_still_chosen_after_the_death_of_the_process() {
        stage.enrol(TestHub.VOLUNTEER).open().tap("蓝鲸网吧").tap("开始检查").tap("王桂芳，未选")
        stage.kill()
        stage.tap("和 1 个人一起，开始检查")
        assertEquals(listOf("王桂芳"), stage.draft().companions.map { it.name })
    }

    @Test
    fun with_the_position_allowed_an_inspection_knows_where_it_was() {
        stage.enrol(TestHub.VOLUNTEER, usesPosition = true)
        stage.allowPosition()
        stage.open().begins("蓝鲸网吧")
        stage.standAt(32.0603, 118.7969, accuracy = 9f)
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        stage.sees("位置已记下")
        stage.tap("拍场所的牌子（有就拍）")
        stage.shoot(Pictures.card("LJ-2026-018"))
        stage.sees("场所的牌子已核对")
        stage.tap("完成")
        stage.sees("在场")
    }

    @Test
    fun the_head_sees_the_month_and_who_went() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.inspect("星河游戏厅")
        stage.anotherPhone("head")
        stage.enrol(TestHub.HEAD).open()
        stage.tap("本月")
        stage.sees("2026年11月")
        stage.sees("11月12日 · 李明远 · ")
        assertEquals(CoverageShown.ON_TRACK, stage.book.coverage("2026-11").lines.single { it.venue.name == "星河游戏厅" }.venue.state)
        stage.tap("星河游戏厅")
        stage.sees("李明远")
        stage.tap("返回").tap("上个月")
        stage.sees("2026年10月")
    }

    @Test
    fun the_head_approves_and_returns_and_without_the_hub_nothing_changes() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.sendInspection("蓝鲸网吧")
        stage.sendInspection("星河游戏厅")
        stage.anotherPhone("head")
        stage.enrol(TestHub.HEAD).open()
        stage.tap("本月").tap("2 条待审核")
        stage.hub.stop()
        stage.tap("通过：蓝鲸网吧")
        assertEquals(2, stage.book.reviewQueue().lines.size)
        stage.hub.startAgain()
        stage.idle(1)
        stage.tap("通过：蓝鲸网吧")
        stage.sees("已通过")
        stage.idle(1)
        stage.tap("退回：星河游戏厅").tap("退回").also { stage.sees("哪里要补") }
        stage.tap("请补一张入口标志的照片。")
        stage.recreate()
        stage.tap("退回")
        stage.sees("没有待审核的记录")

        stage.leavePhone()
        stage.phoneIn(stage.file(""))
        stage.open().tap("记录").tap("星河游戏厅")
        stage.sees("已退回：请补一张入口标志的照片。")
    }

    @Test
    fun an_urgent_finding_stands_on_top_of_the_polices_first_page() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.begins("蓝鲸网吧").tap("有").tap("有孩子处于危险").tap("确定")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap("完成")
        stage.anotherPhone("police")
        stage.enrol(TestHub.POLICE).open()
        stage.sees("紧急问题").sees("场内有无疑似未成年人？\n有\n")
        assertTrue(stage.text().indexOf("场内有无疑似未成年人") < stage.text().indexOf("4 个场所"))
    }

    @Test
    fun on_patrol_the_nearest_venues_come_first_by_themselves_and_stay_so() {
        stage.enrol(TestHub.POLICE, usesPosition = true)
        stage.allowPosition()
        stage.open().standAt(32.0521, 118.7702)
        stage.sees("离您最近的在上面")
        assertTrue(stage.text().indexOf("老地方网吧") < stage.text().indexOf("蓝鲸网吧"))
        stage.tap("蓝鲸网吧").tap("返回")
        stage.sees("离您最近的在上面")
    }

    @Test
    fun on_patrol_nobody_is_asked_for_the_position_before_they_want_it() {
        stage.enrol(TestHub.POLICE, usesPosition = true).open()
        assertNull(shadowOf(stage.activity).lastRequestedPermission)
        stage.tap("离我最近的排在上面")
        stage.refusePermission()
        stage.sees("手机没有允许定位")
    }

    @Test
    fun back_from_a_venue_the_first_page_stands_where_it_was_left() {
        stage.enrol(TestHub.VOLUNTEER)
        stage.app.phone.choices.textSize = 30
        stage.open()
        stage.scroll.scrollTo(0, 400)
        val left = stage.scroll.scrollY
        assertTrue("the page is long enough to scroll", left > 0)
        stage.tap("蓝鲸网吧")
        assertEquals(0, stage.scroll.scrollY)
        stage.tap("返回")
        assertEquals(left, stage.scroll.scrollY)
    }

    @Test
    fun a_finger_that_trembles_makes_one_check_in() {
        stage.enrol(TestHub.POLICE).open().tap("签到").idle(1)
        val button = stage.clickables().first { it.label() == "在蓝鲸网吧签到" }
        button.performClick()
        button.performClick()
        stage.settle()
        assertEquals(1, stage.book.history(null, 10u).lines.size)
    }

    @Test
    fun a_phone_is_enrolled_while_an_upload_runs_which_then_goes_on() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.book.finish(stage.book.start(stage.book.home().venues.first().venue))
        stage.app.phone.uploads.start()
        runBlocking { stage.book.enrol(stage.hub.card(TestHub.VOLUNTEER), Platform.ANDROID, "同一部手机") }
        stage.settle()
        stage.sync()
        assertEquals(0uL, stage.book.status().recordsWaiting)
        assertEquals(1, stage.hub.records().size)
    }

    @Test
    fun a_question_is_read_aloud_and_a_phone_without_a_voice_says_so() {
        ShadowTextToSpeech.addLanguageAvailability(java.util.Locale.forLanguageTag("zh-CN"))
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("朗读")
        stage.voiceAnswers()
        assertTrue(stage.spoken().contains("场内有无疑似未成年人"))
        stage.tap("返回").tap("返回").tap("设置").tap("English，未选")
        stage.recreate()
        stage.tap("Home").tap("Go on").tap("Read")
        stage.voiceAnswers()
        stage.sees("no voice")
    }

    @Test
    fun where_that_was_chosen_every_page_of_a_question_is_read_by_itself() {
        ShadowTextToSpeech.addLanguageAvailability(java.util.Locale.forLanguageTag("zh-CN"))
        stage.enrol(TestHub.VOLUNTEER).app.phone.choices.readsAloud = true
        stage.open().begins("蓝鲸网吧")
        stage.voiceAnswers()
        assertTrue(stage.spoken().contains("场内有无疑似未成年人"))
        stage.tap("有")
        for (asked in listOf("大约看到几个", "大概多大", "已劝离", "有孩子处于危险")) assertTrue(asked, stage.spoken().contains(asked))
        stage.tap("确定")
        assertTrue(stage.spoken().startsWith(stage.draft().items[1].question))
        stage.tap("上一题")
        assertTrue(stage.spoken().contains("场内有无疑似未成年人"))
        stage.tap("下一题").tap("没有").tap("不拍，下一题")
        assertTrue(stage.spoken().startsWith(stage.draft().items[2].question))
    }

    @Test
    fun of_danger_is_spoken_only_where_the_page_asks_about_it() {
        ShadowTextToSpeech.addLanguageAvailability(java.util.Locale.forLanguageTag("zh-CN"))
        stage.enrol(TestHub.VOLUNTEER).app.phone.choices.readsAloud = true
        stage.open().begins("星河游戏厅")
        stage.voiceAnswers()
        stage.tap("有")
        assertTrue(stage.spoken().contains("大约看到几个"))
        assertFalse(stage.spoken().contains("危险"))
        stage.seesNot("危险")
    }

    @Test
    fun text_size_and_language_are_kept_over_a_restart() {
        stage.enrol(TestHub.VOLUNTEER).open().tap("设置")
        assertTrue(stage.activity.kit.bodySize < 30)
        stage.tap("最大，未选")
        assertEquals(30, stage.activity.kit.bodySize)
        stage.seesNot("Settings")
        stage.tap("English，未选")
        stage.sees("Settings")
        assertEquals("in the core's words too", "Volunteer", stage.book.member().roleLabel)
        stage.kill(keepsState = false)
        stage.sees("4 venues")
        assertEquals(30, stage.activity.kit.bodySize)
    }

    @Test
    fun the_phone_may_be_turned_in_the_middle_of_a_follow_up() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("有").tap("多一个").tap("小学年龄段")
        stage.recreate()
        stage.sees("2 人")
        stage.tap("确定")
        assertTrue(stage.draft().items.first().answerText!!.contains("约2人、小学年龄段"))
    }

    @Test
    fun what_somebody_is_told_holds_no_finding_and_no_secret() {
        stage.enrol(TestHub.VOLUNTEER).open().tap("设置").tap("把情况发给站长")
        val chooser = shadowOf(stage.activity).nextStartedActivity

        @Suppress("DEPRECATION")
        val words = chooser.getParcelableExtra<Intent>(Intent.EXTRA_INTENT)!!.getStringExtra(Intent.EXTRA_TEXT)!!
        assertTrue(words, "柳岸工作站 李明远" in words && "等待上传：0 条记录" in words)
    }

    @Test
    fun the_station_is_told_how_the_phone_stands_and_never_before_there_is_a_network() {
        stage.enrol(TestHub.VOLUNTEER).open()
        stage.hub.stop()
        stage.tap("设置").tap("向工作站报告这部手机")
        stage.sees("将在有网络时报告")
        stage.kill()
        stage.sees("将在有网络时报告")
        stage.seesNot("已报告")
        stage.hub.startAgain()
        stage.tap("马上上传")
        stage.sees("已报告（")
        stage.sees("本机占用")
    }

    @Test
    fun an_unfinished_inspection_is_given_up_only_by_a_second_tap() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap("不做了，删掉这次检查")
        assertEquals(1, stage.book.drafts().size)
        stage.tap("真的删掉？再点一次就删掉")
        assertEquals(0, stage.book.drafts().size)
        stage.sees("4 个场所")
    }

    @Test
    fun a_photo_is_removed_only_by_a_second_tap_and_not_after_another_question() {
        stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧").tap("拍照片").shoot(Pictures.sign())
        stage.tap("删掉这张")
        assertEquals(1, stage.draft().photos.size)
        stage.tap("下一题").tap("上一题").tap("删掉这张")
        assertEquals(1, stage.draft().photos.size)
        stage.tap("真的删掉？再点一次就删掉")
        assertEquals(0, stage.draft().photos.size)
    }

    @Test
    fun a_check_in_keeps_its_remark_and_its_state_is_told_honestly() {
        stage.enrol(TestHub.POLICE).open()
        stage.hub.stop()
        stage.tap("签到").tap("写几句").write("备注", "门口无人").also { stage.idle(1) }.tap("在星河游戏厅签到")
        stage.sees("已保存在本机")
        assertEquals(RecordShown.WAITING, stage.book.outbox().lines.single().state.state)
        stage.tap("回首页").tap("记录").tap("星河游戏厅")
        stage.sees("门口无人")
    }
}
