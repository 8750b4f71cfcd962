"""Workbooks of the township as an office would fill them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from povlib.intake.form import every_sheet, township_form

Told = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by sheet, each by the key of its fields."""

TOWNSHIP: dict[str, list[dict[str, Any]]] = {
    "enterprise": [{"enterprise": "永荣控股", "kind": "帮扶企业", "level": "无级别", "status": "在营"}],
    "output": [{"enterprise": "永荣控股", "product": "锦纶", "year": 2015, "output": 12.5, "unit": "万吨",
                "sales": 5000000, "workers": 900, "poor_workers": 17}],
    "enterprise_help": [{"help": "F1", "enterprise": "永荣控股", "kind": "招工对接", "month": "2016-03",
                         "posts_promised": 20, "posts_opened": 17, "status": "已完成"}],
    "coop": [{"coop": "立春养牛专业合作社", "village": "联胜", "product": "肉牛", "founded_month": "2016-01",
              "registered_month": "2016-02", "members": 60, "poor_members": 43, "status": "运营"}],
    "stake": [{"coop": "立春养牛专业合作社", "stake": "G1", "hh": "H1", "kind": "贷款", "amount": 5000,
               "from_month": "2016-02", "loan": "D1", "floor": 400}],
    "loan": [{"loan": "D1", "borrower_kind": "合作社", "borrower": "立春养牛专业合作社", "amount": 50000,
              "from_month": "2016-02", "due_month": "2019-01", "rate": 4.35, "status": "未到期"}],
    "coop_entry": [
        {"coop": "立春养牛专业合作社", "entry": "1", "line": 1, "month": "2016-02", "account": "现金", "amount": 50000},
        {"coop": "立春养牛专业合作社", "entry": "1", "line": 2, "month": "2016-02", "account": "贷款",
         "amount": -50000},
    ],
    "base": [{"base": "联胜基地", "coop": "立春养牛专业合作社", "village": "联胜", "product": "肉牛", "heads": 60,
              "jobs": 6, "status": "在用", "from_month": "2016-02"}],
    "contract": [{"contract": "C1", "partner": "永荣控股", "product": "土鸡土鸭", "unit": "只", "quantity": 4000,
                  "floor": 60, "from_month": "2016-01", "to_month": "2016-12", "kind": "购销", "status": "履行中"}],
    "share": [{"contract": "C1", "hh": "H1", "quantity": 80, "capacity": 100, "months": "6、9"}],
    "schedule": [{"contract": "C1", "month": "2016-06", "quantity": 2000}],
    "delivery": [{"contract": "C1", "delivery": "J1", "hh": "H1", "day": "2016-04-02", "quantity": 40,
                  "amount": 2400, "mortality": 0.05}],
    "fair": [{"fair": "2016春季招聘会", "employer": "永荣控股", "post": "挡车工", "day": "2016-03-12", "offered": 20,
              "taken": 17}],
    "service": [{"service": "S1", "kind": "宰杀", "provider": "屠宰点", "partner": "永荣控股", "month": "2016-04",
                 "quantity": 40, "unit": "只", "amount": 120}],
    "post": [{"post": "联胜保洁", "employer": "联胜村委会", "place": "乡镇内", "village": "联胜", "wage": 500,
              "slots": 2, "from_month": "2016-01", "kind": "公益性岗位", "hours_per_week": 20,
              "least_age": 16, "most_age": 69,
              "least_labour": "弱劳动力或半劳动力", "health_barred": "患有大病"}],
    "helper": [{"helper": "乐北-干部2", "unit": "乐北村委会", "village": "联胜", "home_village": "乐北", "capacity": 5,
                "kind": "村干部", "status": "在岗"}],
    "kin": [{"helper": "乐北-干部2", "hh": "H2", "relation": "叔"}],
    "relief": [{"payment": "JZ1", "hh": "H1", "measure": "低保", "for_month": "2016-04", "day": "2016-04-07",
                "amount": 405}],
    "medical_bill": [{"bill": "YL1", "hh": "H1", "person": "H1-01", "day": "2016-04-06", "treatment": "住院",
                      "amount": 8200, "insured": 5000}],
    "disaster_loss": [{"loss": "ZH1", "hh": "H1", "day": "2016-04-03", "kind": "洪涝", "item": "农作物",
                       "lost": "水稻2亩", "amount": 1500, "assessor": "民政办1"}],
    "income_contract": [{"contract": "联胜-桃01", "village": "联胜", "partner": "平和连胜美国红桃专业合作社",
                         "kind": "土地作价入股", "asset": "土地60亩", "source": "红桃土地入股分红", "footing": "固定",
                         "amount": 30000, "due_months": "3、9", "due_day": 20, "deposit": 1000,
                         "from_month": "2015-01", "to_month": "2019-12", "related": "否"}],
    "income_receipt": [{"contract": "联胜-桃01", "receipt": "P1", "day": "2016-03-18", "part": "村财款",
                        "amount": 30000}],
    "income_use": [{"use": "U1", "village": "联胜", "day": "2016-03-28", "kind": "分配到户", "amount": 120.5,
                    "hh": "H1", "rule": "按户平均", "plan": "2016年一户一法", "memo": "红桃分红"}],
}  # fmt: skip
VILLAGE: dict[str, list[dict[str, Any]]] = {
    "product": [{"village": "联胜", "product": "红桃", "year": 2015, "households": 9, "area_mu": 120, "output": 30,
                 "unit": "吨", "price": 6000, "sold": 28, "brand": "连胜"}],
    "village_income": [{"village": "联胜", "month": "2016-04", "source": "水电入股分红", "amount": 36000}],
    "practice": [{"village": "联胜", "month": "2016-04", "practice": "土地作价入股", "measure": "产业扶持补助",
                  "words": "以土地作价入股桃园，约定固定分红"}],
    "worker": [{"hh": "H1", "person": "H1-01", "skill": "养牛、保洁", "caring": "否", "wish": "上岗",
                "wish_place": "乡镇内", "available": "是", "from_month": "2016-05", "most_km": 5}],
    "post_end": [{"hh": "H1", "person": "H1-01", "post": "旧岗位", "from_month": "2015-02", "end_month": "2015-11",
                  "reason": "岗位到期"}],
    "shift": [{"hh": "H1", "person": "H1-01", "base": "联胜基地", "week": "2016-04-04", "days": 3}],
    "assignment": [{"hh": "H1", "helper": "乐北-干部2", "from_month": "2016-01"}],
}  # fmt: skip


def write_rows(path: Path, told: Told, month: str = "2016-04") -> Path:
    """Write rows under the headers of their sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for key, rows in told.items():
        sheet = every_sheet()[key]
        page = book.create_sheet(sheet.name)
        page.append([f"{township_form().title}　{month}"])
        page.append([])
        page.append([field.title for field in sheet.fields])
        for row in rows:
            assert set(row) <= {field.key for field in sheet.fields}, (key, row)
            page.append([row.get(field.key) for field in sheet.fields])
    book.save(path)
    return path


def changed(key: str, *changes: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one sheet: its first row, once for each of the changes."""
    return {key: [{**{**TOWNSHIP, **VILLAGE}[key][0], **change} for change in changes]}
